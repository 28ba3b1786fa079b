/* Standard input and output through the console driver (tocsin/console.h), or without it as far as that goes. */
#include "console.h"

#include <errno.h>
#include <tocsin.h>
#include <tocsin/console.h>

#include "program.h"

/*
 * Whatever keeps the driver from printing (it has died, or memory for the call is used up), the kernel can still print: nothing
 * that a program says is lost.
 */
static tocsin_status print(const void *bytes, uint32_t length)
{
    tocsin_handle console = __tocsin_program.console_output;
    if (console == 0)
        return tocsin_debug_write(bytes, length);
    struct tocsin_message text = {(uint32_t)(uintptr_t)bytes, length, 0, 0};
    struct tocsin_message nothing = {0, 0, 0, 0};
    tocsin_status status = tocsin_channel_call(console, &text, &nothing, TOCSIN_FOREVER, NULL, NULL);
    if (status == TOCSIN_OK || status == TOCSIN_INVALID_ARGS)
        return status;
    return tocsin_debug_write(bytes, length);
}

ssize_t __tocsin_console_write(const void *bytes, size_t size)
{
    /* A short count is a success: the caller goes on from there. */
    uint32_t length = size < TOCSIN_CONSOLE_BYTES ? (uint32_t)size : TOCSIN_CONSOLE_BYTES;
    if (length > 0 && print(bytes, length) != TOCSIN_OK) {
        errno = EFAULT;
        return -1;
    }
    return (ssize_t)length;
}

ssize_t __tocsin_console_read(void *bytes, size_t size)
{
    tocsin_handle console = __tocsin_program.console_input;
    if (console == 0 || size == 0)
        return 0;
    uint32_t most = size < TOCSIN_CONSOLE_BYTES ? (uint32_t)size : TOCSIN_CONSOLE_BYTES;
    struct tocsin_console_read wanted = {most};
    struct tocsin_message request = {(uint32_t)(uintptr_t)&wanted, sizeof wanted, 0, 0};
    struct tocsin_message buffer = {(uint32_t)(uintptr_t)bytes, most, 0, 0};
    uint32_t length = 0;
    switch (tocsin_channel_call(console, &request, &buffer, TOCSIN_FOREVER, &length, NULL)) {
    case TOCSIN_OK:
        return (ssize_t)length;
    case TOCSIN_INVALID_ARGS:
        errno = EFAULT;
        return -1;
    case TOCSIN_NO_MEMORY:
    case TOCSIN_NO_RESOURCES:
        errno = ENOMEM;
        return -1;
    default:
        /* The driver is gone, and nobody else can read. */
        errno = EIO;
        return -1;
    }
}
