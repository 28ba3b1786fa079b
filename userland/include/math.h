/* C11 7.12 is not there. Without this file a compiler only says that it finds none. */
#error "<math.h>: the guest C library has no mathematical functions; + - * / and conversions work (userland/README.md, 'What is not there')"
