/*
 * A null pointer, found out about in the middle of an innocent function.
 *
 * A list of stars is searched for one that is not in it, and nobody looked at what the search returned. You should see the names
 * of two stars; then the process is killed with status 3, and the report names the cause (a load), the address (a few bytes
 * from 0) and the function: star_brightness.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct star {
    const char *name;
    int brightness;
    struct star *next;
};

static struct star vega = {"Vega", 3, NULL};
static struct star sirius = {"Sirius", 146, &vega};

static struct star *find_star(struct star *list, const char *name)
{
    while (list != NULL && strcmp(list->name, name) != 0)
        list = list->next;
    return list;
}

__attribute__((noinline)) int star_brightness(const struct star *star)
{
    return star->brightness;
}

static void describe(const char *name)
{
    printf("%s: ", name);
    fflush(stdout);
    printf("brightness %d\n", star_brightness(find_star(&sirius, name)));
}

int main(void)
{
    describe("Sirius");
    describe("Vega");
    describe("Betelgeuse");
    printf("not reached\n");
    return 0;
}
