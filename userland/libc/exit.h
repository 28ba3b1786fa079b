/* What the C++ runtime needs of exit.c: a function with an argument at exit. */
#ifndef TOCSIN_LIBC_EXIT_H
#define TOCSIN_LIBC_EXIT_H

/* 0, or -1 when the table is full. */
int __tocsin_at_exit(void (*function)(void *), void *argument);

#endif
