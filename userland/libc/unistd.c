/* The part of POSIX <unistd.h> that is not time or exit. */
#include <errno.h>
#include <stdlib.h>
#include <tocsin.h>
#include <unistd.h>

#include "console.h"
#include "program.h"

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (fd != STDOUT_FILENO && fd != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    return __tocsin_console_write(bytes, size);
}

ssize_t read(int fd, void *bytes, size_t size)
{
    if (fd != STDIN_FILENO) {
        errno = EBADF;
        return -1;
    }
    return __tocsin_console_read(bytes, size);
}

pid_t getpid(void)
{
    struct tocsin_info_handle info = {0};
    tocsin_object_info(__tocsin_program.process, TOCSIN_INFO_HANDLE, &info, sizeof info, NULL);
    return (pid_t)info.koid;
}

long sysconf(int name)
{
    switch (name) {
    case _SC_PAGESIZE:
        return TOCSIN_PAGE_BYTES;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return 1;
    default:
        errno = EINVAL;
        return -1;
    }
}

int isatty(int fd)
{
    /* The console may be a terminal or a file; whoever asks wants to know whether to draw. */
    errno = fd >= STDIN_FILENO && fd <= STDERR_FILENO ? EINVAL : EBADF;
    return 0;
}

/* There is no environment. */
char *getenv(const char *name)
{
    (void)name;
    return NULL;
}
