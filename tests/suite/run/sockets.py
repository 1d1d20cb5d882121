# Sockets on the loopback: streams, datagrams, pairs, timeouts, addresses.
import socket, threading, os
def t(f):
    try: r = f()
    except Exception as e: r = f"{type(e).__name__}: {e}"
    print(r)
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", 0)); s.listen()
def serve():
    c, a = s.accept()
    with c:
        d = c.recv(100)
        c.sendall(d * 3)
th = threading.Thread(target=serve); th.start()
c = socket.create_connection(s.getsockname(), timeout=5)
c.sendall(b"hi"); th.join()
f = c.makefile("rb"); print(f.read()); f.close(); c.close()
print(s.family, s.type, s.proto, s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), s.gettimeout(), s.getblocking())
a, b = socket.socketpair(); a.send(b"x"); print(b.recv(10)); b.settimeout(0.05)
t(lambda: b.recv(1)); b.setblocking(False); t(lambda: b.recv(1))
socket.send_fds(a, [b"m"], [0]); m, fds, fl, ad = socket.recv_fds(b, 10, 2); print(m, len(fds)); os.close(fds[0])
a.close(); b.close(); t(lambda: a.recv(1))
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0)); u.sendto(b"z", u.getsockname()); d, who = u.recvfrom(10); print(d, who == u.getsockname()); u.close()
t(lambda: socket.socket().connect(("127.0.0.1",)))
t(lambda: socket.socket().connect("x"))
t(lambda: socket.socket().bind(("127.0.0.1", 70000)))
t(lambda: socket.getaddrinfo("127.0.0.1", 80))
t(lambda: socket.getaddrinfo(None, 80, type=socket.SOCK_STREAM))
t(lambda: socket.inet_aton("127.1")); t(lambda: socket.inet_ntoa(b"\1\2\3\4")); t(lambda: socket.inet_pton(socket.AF_INET6, "::1")); t(lambda: socket.inet_ntop(socket.AF_INET6, bytes(15)+b"\1"))
t(lambda: socket.htons(-1)); t(lambda: socket.htons(70000))
t(lambda: socket.create_connection(("127.0.0.1", 1), timeout=1))

s.close()
