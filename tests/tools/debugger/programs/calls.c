/* Calls that no optimization removes: what a function does after a call depends on memory that nobody knows of. */
static volatile int sink = 1;

__attribute__((noinline)) int leaf(int value)
{
    sink = value + 1;
    return value;
}

static inline __attribute__((always_inline)) int twice(int value)
{
    int single = leaf(value); /* the call from inlined code */
    return single * 2 + sink;
}

__attribute__((noinline)) int descend(int depth)
{
    int kept = sink;
    int below;
    if (depth == 0)
        below = twice(7); /* the inlined call */
    else
        below = descend(depth - 1); /* the recursive call */
    return below * sink + kept;
}

int main(void)
{
    int result = descend(3); /* the first call */
    return result + sink;
}
