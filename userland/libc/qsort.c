/* C11 7.22.5: sorting and searching arrays. */
#include <stdint.h>
#include <stdlib.h>

struct array {
    char *base;
    size_t size;
    int (*compare)(const void *, const void *);
};

static int array_compare(const struct array *array, size_t left, size_t right)
{
    return array->compare(array->base + left * array->size, array->base + right * array->size);
}

static void array_swap(const struct array *array, size_t left, size_t right)
{
    typedef uint32_t __attribute__((may_alias)) word;
    char *a = array->base + left * array->size, *b = array->base + right * array->size;
    size_t rest = array->size;
    if (((uintptr_t)array->base | array->size) % sizeof(word) == 0) {
        for (; rest > 0; rest -= sizeof(word), a += sizeof(word), b += sizeof(word)) {
            word kept = *(word *)a;
            *(word *)a = *(word *)b;
            *(word *)b = kept;
        }
        return;
    }
    for (; rest > 0; rest--) {
        char kept = *a;
        *a++ = *b;
        *b++ = kept;
    }
}

/*
 * Heap sort: no memory, no recursion, and no order of elements that makes it slow, which quicksort cannot say.
 *
 * The first `count` elements are a heap but for the one at `root`, which sinks to its place.
 */
static void sink(const struct array *array, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            return;
        if (child + 1 < count && array_compare(array, child, child + 1) < 0)
            child++;
        if (array_compare(array, root, child) >= 0)
            return;
        array_swap(array, root, child);
        root = child;
    }
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    struct array array = {base, size, compare};
    if (size == 0)
        return;
    for (size_t root = count / 2; root > 0; root--)
        sink(&array, root - 1, count);
    for (size_t rest = count; rest > 1; rest--) {
        array_swap(&array, 0, rest - 1);
        sink(&array, 0, rest - 1);
    }
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    const char *first = base;
    while (count > 0) {
        const char *middle = first + count / 2 * size;
        int order = compare(key, middle);
        if (order == 0)
            return (void *)middle;
        if (order > 0) {
            first = middle + size;
            count -= count / 2 + 1;
        } else {
            count /= 2;
        }
    }
    return NULL;
}
