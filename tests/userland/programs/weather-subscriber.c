/* Looks the weather up, waiting until somebody publishes it, and prints it three times. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>
#include <tocsin/names.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    tocsin_handle names = (tocsin_handle)atoi(argv[1]), topic;
    tocsin_status status;
    struct tocsin_packet event;
    int forged = 100;
    assert(argc == 2);
    while ((status = tocsin_names_look_up(names, "weather/outside", &topic)) == TOCSIN_NOT_FOUND)
        usleep(100);
    assert(status == TOCSIN_OK);
    assert(tocsin_topic_publish(topic, 7, &forged, sizeof forged) == TOCSIN_ACCESS_DENIED);
    /* Looking up is all that it may do. */
    assert(tocsin_names_register(names, "weather/inside", topic) == TOCSIN_ACCESS_DENIED);
    assert(tocsin_names_look_up(names, "weather/outside", &topic) == TOCSIN_OK);
    for (int i = 0; i < 3; i++) {
        assert(tocsin_event_wait(topic, TOCSIN_SOURCE_TOPIC, TOCSIN_SEEN_NOW, TOCSIN_FOREVER, &event, NULL) == TOCSIN_OK);
        printf("%d degrees\n", (int)event.data0);
    }
    return 0;
}
