/* Maps memory objects whose pages are backed in advance, so that a full quota is an answer and not a fault. */
#include "pages.h"

#include "program.h"

/*
 * vmo_write backs the pages that it writes or fails cleanly. It needs zeros to write, and the pages that were backed already
 * are zeros: each call doubles them, up to the most that a call copies.
 */
static tocsin_status back_pages(tocsin_handle vmo, uint32_t offset, uint32_t bytes, const char *mapped)
{
    static const char zero = 0;
    tocsin_status status = tocsin_vmo_write(vmo, offset, &zero, 1);
    uint32_t backed = TOCSIN_PAGE_BYTES;
    while (status == TOCSIN_OK && backed < bytes) {
        uint32_t length = bytes - backed;
        if (length > backed)
            length = backed;
        if (length > TOCSIN_COPY_BYTES)
            length = TOCSIN_COPY_BYTES;
        status = tocsin_vmo_write(vmo, offset + backed, mapped, length);
        backed += length;
    }
    return status;
}

tocsin_status __tocsin_pages_map(uint32_t bytes, uint32_t backed_from, uintptr_t *address)
{
    tocsin_handle vmo;
    tocsin_status status = tocsin_vmo_create(__tocsin_program.allocator, bytes, 0, &vmo);
    if (status != TOCSIN_OK)
        return status;
    uint32_t writable = TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE;
    status = tocsin_vmar_map(__tocsin_program.vmar, vmo, 0, bytes, writable, 0, address);
    if (status == TOCSIN_OK && backed_from < bytes) {
        status = back_pages(vmo, backed_from, bytes - backed_from, (const char *)*address + backed_from);
        if (status != TOCSIN_OK)
            __tocsin_pages_unmap(*address, bytes);
    }
    /* The mapping keeps the object alive. */
    tocsin_handle_close(vmo);
    return status;
}

void __tocsin_pages_unmap(uintptr_t address, uint32_t bytes)
{
    tocsin_vmar_unmap(__tocsin_program.vmar, address, bytes);
}
