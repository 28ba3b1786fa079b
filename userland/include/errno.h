/* C11 7.5. Every thread has an errno of its own; the numbers are those that Linux programs expect. */
#ifndef TOCSIN_ERRNO_H
#define TOCSIN_ERRNO_H

#ifdef __cplusplus
extern "C" {
#endif
/* Not declared const: LLVM takes it that malloc writes no memory that the caller sees, and would keep an errno from before it. */
int *__errno_location(void);
#ifdef __cplusplus
}
#endif

#define errno (*__errno_location())

#define EPERM 1
#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define ENOEXEC 8
#define EBADF 9
#define ECHILD 10
#define EAGAIN 11
#define EWOULDBLOCK EAGAIN
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define ENFILE 23
#define EMFILE 24
#define ENOSPC 28
#define EPIPE 32
#define EDOM 33
#define ERANGE 34
#define EDEADLK 35
#define ENAMETOOLONG 36
#define ENOSYS 38
#define EOVERFLOW 75
#define EILSEQ 84
#define ENOTSUP 95
#define EOPNOTSUPP ENOTSUP
#define ETIMEDOUT 110
#define ECANCELED 125
#define EOWNERDEAD 130

#endif
