# The console of `python -m asyncio`, fed from a pipe.
import subprocess
import sys

LINES = "import asyncio\nawait asyncio.sleep(0)\nx = 1\nasync def f(n):\n  return n + x\n\nprint(await f(41))\n"
command = [sys.executable, *(["run"] if "hognose" in sys.version else []), "-m", "asyncio"]
ran = subprocess.run(command, input=LINES, capture_output=True, text=True)
print(ran.returncode, ran.stdout.replace(">>> ", "").replace("... ", "").split(), "Error" in ran.stderr)
