/*
 * A lost wake-up: the reader looks whether there is a letter, and then waits for the bell; the postman rings in between.
 *
 * The reader reads how often the bell has rung only after he has looked, so the ring that tells of the letter is one that he takes for
 * an older one. You should see him say that there is no letter, the postman bring one and ring, and then nothing more: Tocsin ends
 * with status 5, and names the reader and the word that he waits for. Why he does is in the past, of which the debugger knows:
 *
 *     npx tocsin debug userland/demos/lost-wakeup.c
 *     continue
 *     info threads
 *     why 30
 *
 * where 30 is the reader's number: nobody was woken by the postman's ring, and it came before the wait. In another order it goes
 * well (--seed 1), so that one may test this often and never see it. The remedy is to read `rings` before one looks.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <tocsin.h>

static volatile int letter_there;
static volatile uint32_t rings;

static void *read_letter(void *unused)
{
    while (!letter_there) {
        printf("reader:  no letter yet; I wait for the bell\n");
        uint32_t heard = rings; /* too late: this belongs before the look */
        tocsin_futex_wait(&rings, heard, 0, TOCSIN_FOREVER, 0);
    }
    printf("reader:  a letter, how nice\n");
    return unused;
}

static void *bring_letter(void *unused)
{
    letter_there = 1;
    rings++;
    tocsin_futex_wake(&rings, 1, NULL);
    printf("postman: a letter is there, and I have rung\n");
    return unused;
}

int main(void)
{
    pthread_t reader, postman;
    pthread_create(&reader, NULL, read_letter, NULL);
    pthread_setname_np(reader, "reader");
    pthread_create(&postman, NULL, bring_letter, NULL);
    pthread_setname_np(postman, "postman");
    pthread_join(postman, NULL);
    pthread_join(reader, NULL);
    return 0;
}
