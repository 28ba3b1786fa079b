/* Two children, one after the other is asked for: "adder" returns 3, "faulty" loads from nowhere. Ends with 10. */
#include <stdio.h>
#include <tocsin.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

int shared_name;

int add(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    shared_name = (int)argument + 1;
    return shared_name;
}

int fault(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    return *(volatile int *)argument;
}

static unsigned run(const char *name, int (*function)(uint32_t, const tocsin_handle *), uint32_t argument)
{
    struct tocsin_spawn wanted = {
        .name = name, .function = function, .argument = argument, .allocator = tocsin_startup()->allocator};
    struct tocsin_info_process record;
    tocsin_handle process;
    if (tocsin_spawn(&wanted, &process) != TOCSIN_OK)
        return 100;
    if (tocsin_spawn_wait(process, TOCSIN_FOREVER, &record) != TOCSIN_OK)
        return 101;
    printf("%s ended: reason %u\n", name, (unsigned)record.exit_reason);
    return record.exit_reason;
}

int main(void)
{
    unsigned first = run("adder", add, 2);
    unsigned second = run("faulty", fault, 0x20);
    printf("reasons %u %u\n", first, second);
    return 10;
}
