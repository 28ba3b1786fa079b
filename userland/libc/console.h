/* Standard input and output on their way to and from the console driver. As read and write of POSIX: -1 with errno. */
#ifndef TOCSIN_LIBC_CONSOLE_H
#define TOCSIN_LIBC_CONSOLE_H

#include <stddef.h>
#include <sys/types.h>

ssize_t __tocsin_console_write(const void *bytes, size_t size);
ssize_t __tocsin_console_read(void *bytes, size_t size);

#endif
