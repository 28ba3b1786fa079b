// C++ without its standard library: objects with lives, virtual functions, templates, new and delete, local statics.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct Noisy {
    const char *name;
    explicit Noisy(const char *given) : name(given) { printf("%s begins\n", name); }
    ~Noisy() { printf("%s ends\n", name); }
};

static Noisy global("global");

struct Shape {
    virtual int area() const = 0;
    virtual ~Shape() {}
};

struct Square : Shape {
    int side;
    explicit Square(int given) : side(given) {}
    int area() const override { return side * side; }
};

template <typename T, int N> struct Stack {
    T items[N];
    int count = 0;
    void push(T item) { items[count++] = item; }
    T pop() { return items[--count]; }
};

static Noisy &local()
{
    static Noisy made_at_first_use("local");
    return made_at_first_use;
}

static thread_local int own = 5;

int main()
{
    Shape *shape = new Square(6);
    printf("area %d\n", shape->area());
    delete shape;
    Stack<int, 4> stack;
    const int numbers_to_push[] = {1, 2, 3};
    for (int i : numbers_to_push)
        stack.push(i);
    printf("top %d, own %d\n", stack.pop(), own);
    local();
    local();
    int *numbers = new int[100];
    delete[] numbers;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return 0;
}
