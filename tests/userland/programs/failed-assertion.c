/* A failed assertion says where and what, flushes what was printed before, and ends with 134. */
#include <assert.h>
#include <stdio.h>

static void check_age(int age)
{
    assert(age >= 0 && "nobody is that young");
}

int main(void)
{
    printf("before");
    check_age(-1);
    printf("after\n");
    return 0;
}
