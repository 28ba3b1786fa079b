/*
 * For the functions that compilers themselves call: their loops must stay loops, and not be recognized as what they implement
 * and turned into a call of it.
 */
#ifndef TOCSIN_LIBC_PLAIN_LOOPS_H
#define TOCSIN_LIBC_PLAIN_LOOPS_H

#ifdef __clang__
#define PLAIN_LOOPS __attribute__((no_builtin))
#else
#define PLAIN_LOOPS __attribute__((optimize("no-tree-loop-distribute-patterns")))
#endif

#endif
