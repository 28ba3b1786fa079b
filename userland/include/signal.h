/* C11 7.14 is not there. Without this file a compiler only says that it finds none. */
#error "<signal.h>: guests have no signals; a fault ends the process with a report (userland/README.md, 'What is not there')"
