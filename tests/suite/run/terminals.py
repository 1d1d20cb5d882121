"""termios: what a terminal's attributes are, and what is refused."""
import os
import termios
import tty

main, other = os.openpty()
before = termios.tcgetattr(other)
print([type(part).__name__ for part in before], len(before[6]), before[4] == termios.B38400)
print(before[3] & termios.ECHO != 0, before[6][termios.VEOF], before[6][termios.VMIN])
changed = [*before]
changed[3] &= ~termios.ECHO
termios.tcsetattr(other, termios.TCSADRAIN, changed)
print(termios.tcgetattr(other)[3] & termios.ECHO, termios.tcgetattr(other) == changed)
tty.setraw(other)
raw = termios.tcgetattr(other)
print(raw[3] & termios.ICANON, raw[6][termios.VMIN], raw[6][termios.VTIME])
os.write(main, b'x')
print(os.read(other, 1))
termios.tcsetattr(other, termios.TCSANOW, before)
print(termios.tcgetattr(other) == before)
termios.tcsetwinsize(other, (10, 20))
print(termios.tcgetwinsize(other), os.get_terminal_size(other))
print(termios.tcflush(other, termios.TCIOFLUSH), termios.tcflow(other, termios.TCOON), termios.tcdrain(other))
for case in ((termios.tcgetattr, 1.5), (termios.tcgetattr, -1), (termios.tcgetattr, 999), (termios.tcsetattr, other, 0, 1),
             (termios.tcsetattr, other, 0, [1]), (termios.tcsetattr, other, 0, [0, 0, 0, 0, 0, 0, [1]]), (termios.tcsetattr, other, 9, before),
             (termios.tcflush, other, 9), (termios.tcsetwinsize, other, (1,)), (termios.tcsetattr, other, 0, [*before[:6], ['a'] * 32])):
    try:
        print(case[0](*case[1:]))
    except Exception as error:
        print(type(error).__module__, type(error).__name__, error)
