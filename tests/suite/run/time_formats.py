"""glibc's flags, widths and modifiers of time.strftime."""
import time

moment = time.struct_time((2024, 3, 5, 7, 8, 9, 1, 65, 0))
for field in (
    "%-d %-m %-H %_d %_H %^a %^B %#a %4Y %10d %05d %E %Ey %Od %P %k %l %-I %-j %-y %^p %_5d %-5d %10A %-10A %010A %^10a "
    "%#10p %5p %10F %3n| %10% %5e %-5e %05e %1d %00d %3j %-3j %_3j %Ed %^5b %1 %-% %_8Y %-8Y %08Y %2C %4C %10D %010T %12h"
).split(" "):
    print(field, repr(time.strftime(field, moment)))
