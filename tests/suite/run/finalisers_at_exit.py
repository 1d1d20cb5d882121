# What the program still holds when it ends is finalised, cycles included.
import sys


class Held:
    def __del__(self):
        print("gone", sys.stdout is not None)


held = Held()
ring = [Held()]
ring.append(ring)
print("end")
