/* errno, one for each thread, in its control block. */
#include <errno.h>

#include "thread.h"

int *__errno_location(void)
{
    return &thread_current()->error_number;
}
