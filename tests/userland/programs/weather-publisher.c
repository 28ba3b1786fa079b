/* Publishes the weather: registers a topic under a name, then says how warm it is once a millisecond. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>
#include <tocsin/names.h>
#include <tocsin/startup.h>
#include <unistd.h>

#define WEATHER 7

int main(int argc, char **argv)
{
    tocsin_handle names = (tocsin_handle)atoi(argv[1]), topic, for_others;
    assert(argc == 2);
    assert(tocsin_topic_create(tocsin_startup()->allocator, WEATHER, 4, &topic) == TOCSIN_OK);
    /* Others may listen, not publish. */
    uint32_t rights = TOCSIN_RIGHT_WAIT | TOCSIN_RIGHT_DUPLICATE | TOCSIN_RIGHT_TRANSFER | TOCSIN_RIGHT_INSPECT;
    assert(tocsin_handle_duplicate(topic, rights, &for_others) == TOCSIN_OK);
    assert(tocsin_names_register(names, "weather/outside", for_others) == TOCSIN_OK);
    printf("published\n");
    for (int degrees = 10; degrees < 20; degrees++) {
        usleep(1000);
        assert(tocsin_topic_publish(topic, WEATHER, &degrees, sizeof degrees) == TOCSIN_OK);
    }
    return 0;
}
