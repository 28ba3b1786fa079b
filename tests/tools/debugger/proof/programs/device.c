/* Registers of a device, read directly, and interrupts: what the hardware shows must not show a debugger. */
#include "seen.h"

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle uart, random, interrupt;
    uintptr_t address;
    struct seen registers = {0}, events = {0};
    if (own->resource == 0) {
        printf("no right to hardware\n");
        return 1;
    }
    check(tocsin_device_create(own->resource, 0x10000000, TOCSIN_PAGE_BYTES, &uart), "device_create");
    check(tocsin_vmar_map(own->vmar, uart, 0, TOCSIN_PAGE_BYTES, TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE, 0,
                          &address),
          "vmar_map");
    printf("the timer: %d, the interrupt controller: %d\n",
           (int)tocsin_device_create(own->resource, 0x2000000, TOCSIN_PAGE_BYTES, &random),
           (int)tocsin_device_create(own->resource, 0xc000000, TOCSIN_PAGE_BYTES, &random));
    volatile uint8_t *at = (volatile uint8_t *)address;
    for (int i = 0; i < 600; i++) {
        /* All but the one that takes what is typed. */
        for (int j = 1; j < 8; j++)
            see(&registers, at[j]);
        at[7] = (uint8_t)i;
        see(&registers, at[7]);
    }
    say("registers of the UART", &registers);
    check(tocsin_interrupt_create(own->resource, 40, TOCSIN_INTERRUPT_EDGE, 0, &interrupt), "interrupt_create");
    uint32_t seen = 0;
    for (uint32_t i = 0; i < 60; i++) {
        struct tocsin_packet packet;
        check(tocsin_interrupt_trigger(interrupt), "interrupt_trigger");
        see(&events, (uint32_t)tocsin_event_wait(interrupt, TOCSIN_SOURCE_INTERRUPT, seen, now() + 1000, &packet, &seen));
        see_bytes(&events, &packet, sizeof packet);
        see(&events, (uint32_t)tocsin_event_resolve(interrupt, packet.data0, TOCSIN_VERDICT_HANDLED, 0, 0));
        struct tocsin_info_interrupt info;
        check(tocsin_object_info(interrupt, TOCSIN_INFO_INTERRUPT, &info, sizeof info, NULL), "INFO_INTERRUPT");
        see_bytes(&events, &info, sizeof info);
    }
    say("interrupts", &events);
    return 0;
}
