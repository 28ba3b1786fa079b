/* A name that is too long overwrites the balance behind it, in another thread; that is noticed much later. */
#include <pthread.h>
#include <stdio.h>

struct account {
    char name[8];
    int balance;
};

static struct account accounts[4];

static int sum(void)
{
    int result = 0;
    for (int i = 0; i < 4; i++)
        result += accounts[i].balance;
    return result;
}

static void rename_account(int i, const char *name)
{
    int j = 0;
    do
        accounts[i].name[j] = name[j];
    while (name[j++] != 0);
}

static void *work(void *unused)
{
    for (int i = 0; i < 4; i++)
        rename_account(i, i == 2 ? "overlong" : "ok");
    return unused;
}

int main(void)
{
    for (int i = 0; i < 4; i++)
        accounts[i].balance = 100 + i;
    int before = sum();
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    int after = sum();
    if (before != after) {
        printf("corrupted: %d, %d\n", before, after);
        __builtin_trap();
    }
    return 0;
}
