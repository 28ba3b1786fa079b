/* What a program was given when it began: handles, arguments, the extent of its first stack. */
#ifndef TOCSIN_STARTUP_H
#define TOCSIN_STARTUP_H

#include <tocsin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Stays valid for the whole run. The handles in it may have been closed meanwhile. */
const struct tocsin_startup *tocsin_startup(void);

#ifdef __cplusplus
}
#endif
#endif
