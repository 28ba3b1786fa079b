/* Registers the name "shared", twice, and takes another name back. */
#include <assert.h>
#include <stdlib.h>
#include <tocsin.h>
#include <tocsin/names.h>
#include <tocsin/startup.h>

int main(int argc, char **argv)
{
    tocsin_handle names = (tocsin_handle)atoi(argv[1]), timer;
    assert(argc == 2);
    for (int i = 0; i < 2; i++) {
        assert(tocsin_timer_create(tocsin_startup()->allocator, &timer) == TOCSIN_OK);
        assert(tocsin_names_register(names, "shared", timer) == TOCSIN_OK);
    }
    assert(tocsin_timer_create(tocsin_startup()->allocator, &timer) == TOCSIN_OK);
    assert(tocsin_names_register(names, "other", timer) == TOCSIN_OK);
    /* It may register any name, but look up no other than "shared". */
    assert(tocsin_names_look_up(names, "other", &timer) == TOCSIN_ACCESS_DENIED);
    assert(tocsin_names_look_up(names, "shared", &timer) == TOCSIN_OK);
    assert(tocsin_names_take_back(names, "other") == TOCSIN_OK);
    return 0;
}
