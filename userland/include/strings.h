/* POSIX <strings.h>. */
#ifndef TOCSIN_STRINGS_H
#define TOCSIN_STRINGS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

int strcasecmp(const char *left, const char *right);
int strncasecmp(const char *left, const char *right, size_t size);
void bzero(void *to, size_t size);
int ffs(int value);

#ifdef __cplusplus
}
#endif
#endif
