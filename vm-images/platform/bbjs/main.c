/*
 * bbjs: runs an ES module under QuickJS with the `native` module.
 *
 *   bbjs FILE.js|FILE.qbc [ARGUMENT]...    run
 *   bbjs -e CODE [ARGUMENT]...             run CODE as a module
 *   bbjs -c OUT.qbc IN.js                  compile
 */
#include "native.h"
#include "quickjs-libc.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Added to quickjs-libc.c by our patch. */
extern int js_std_poll(JSContext *ctx);
extern void (*js_std_uncaught_func)(JSContext *ctx);
extern void (*js_std_drain_func)(JSContext *ctx);

/* ---- Errors nobody caught ---- */

static JSValue uncaught_handler;

void set_uncaught_handler(JSContext *ctx, JSValueConst handler)
{
    JS_FreeValue(ctx, uncaught_handler);
    uncaught_handler = JS_IsFunction(ctx, handler) ? JS_DupValue(ctx, handler) : JS_UNDEFINED;
}

static void print_value(JSContext *ctx, JSValueConst value)
{
    const char *text = JS_ToCString(ctx, value);

    fprintf(stderr, "%s\n", text ? text : "[unprintable value]");
    if (text)
        JS_FreeCString(ctx, text);
    else
        JS_FreeValue(ctx, JS_GetException(ctx));
}

static void print_error(JSContext *ctx, JSValueConst error, int depth)
{
    print_value(ctx, error);
    if (!JS_IsError(ctx, error) || depth > 8)
        return;
    JSValue stack = JS_GetPropertyStr(ctx, error, "stack");
    const char *text = JS_ToCString(ctx, stack);
    if (text)
        fputs(text, stderr);
    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, stack);
    JSValue cause = JS_GetPropertyStr(ctx, error, "cause");
    if (!JS_IsUndefined(cause)) {
        fputs("Caused by: ", stderr);
        print_error(ctx, cause, depth + 1);
    }
    JS_FreeValue(ctx, cause);
}

static __attribute__((noreturn)) void fail_with(JSContext *ctx, JSValueConst error)
{
    fflush(stdout);
    print_error(ctx, error, 0);
    exit(1);
}

/* Takes over `error`. */
static void report_uncaught(JSContext *ctx, JSValue error)
{
    JSValue result;

    if (JS_IsUndefined(uncaught_handler))
        fail_with(ctx, error);
    result = JS_Call(ctx, uncaught_handler, JS_UNDEFINED, 1, &error);
    if (JS_IsException(result))
        fail_with(ctx, JS_GetException(ctx));
    JS_FreeValue(ctx, result);
    JS_FreeValue(ctx, error);
}

static void report_exception(JSContext *ctx) { report_uncaught(ctx, JS_GetException(ctx)); }

/* A rejection counts as unhandled only when the job queue has run empty and nobody took it. */
typedef struct {
    JSValue promise, reason;
} Rejection;

static Rejection *rejections;
static int rejection_count, rejection_capacity;

static void on_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *opaque)
{
    (void)opaque;
    if (handled) {
        for (int i = 0; i < rejection_count; i++)
            if (JS_VALUE_GET_PTR(rejections[i].promise) == JS_VALUE_GET_PTR(promise)) {
                JS_FreeValue(ctx, rejections[i].promise);
                JS_FreeValue(ctx, rejections[i].reason);
                rejections[i] = rejections[--rejection_count];
                return;
            }
        return;
    }
    if (rejection_count == rejection_capacity)
        rejections = realloc(rejections, (rejection_capacity += 16) * sizeof *rejections);
    rejections[rejection_count++] = (Rejection){ JS_DupValue(ctx, promise), JS_DupValue(ctx, reason) };
}

static void run_jobs(JSContext *ctx)
{
    JSContext *job_ctx;
    int status;

    do {
        while ((status = JS_ExecutePendingJob(JS_GetRuntime(ctx), &job_ctx)) != 0)
            if (status < 0)
                report_exception(job_ctx);
        if (rejection_count) {
            Rejection first = rejections[--rejection_count];
            JS_FreeValue(ctx, first.promise);
            report_uncaught(ctx, first.reason);
        }
    } while (rejection_count || JS_IsJobPending(JS_GetRuntime(ctx)));
}

/* ---- Running ---- */

static void add_console_method(JSContext *ctx, JSValueConst console, const char *name, JSCFunction *function)
{
    JS_SetPropertyStr(ctx, console, name, JS_NewCFunction(ctx, function, name, 1));
}

NATIVE_FUNCTION(console_error)
{
    fflush(stdout);
    for (int i = 0; i < argc; i++) {
        const char *text = JS_ToCString(ctx, argv[i]);
        if (!text)
            return JS_EXCEPTION;
        fprintf(stderr, "%s%s", i ? " " : "", text);
        JS_FreeCString(ctx, text);
    }
    fputc('\n', stderr);
    return JS_UNDEFINED;
}

static void complete_console(JSContext *ctx)
{
    JSValue global = JS_GetGlobalObject(ctx), console = JS_GetPropertyStr(ctx, global, "console");
    JSValue log = JS_GetPropertyStr(ctx, console, "log");

    JS_SetPropertyStr(ctx, console, "info", JS_DupValue(ctx, log));
    JS_SetPropertyStr(ctx, console, "debug", log);
    add_console_method(ctx, console, "error", console_error);
    add_console_method(ctx, console, "warn", console_error);
    JS_FreeValue(ctx, console);
    JS_FreeValue(ctx, global);
}

static JSContext *new_context(int argc, char **argv)
{
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *ctx;

    /* A cycle collection walks the whole heap: rarely. It grows from here by half each time. */
    JS_SetGCThreshold(runtime, 4 << 20);
    js_std_init_handlers(runtime);
    ctx = JS_NewContext(runtime);
    JS_SetModuleLoaderFunc(runtime, NULL, js_module_loader, NULL);
    JS_SetHostPromiseRejectionTracker(runtime, on_rejection, NULL);
    js_init_module_std(ctx, "std");
    js_init_module_os(ctx, "os");
    js_init_module_std(ctx, "qjs:std");
    js_init_module_os(ctx, "qjs:os");
    native_module_init(ctx, "native");
    js_std_add_helpers(ctx, argc, argv);
    complete_console(ctx);
    uncaught_handler = JS_UNDEFINED;
    js_std_uncaught_func = report_exception;
    js_std_drain_func = run_jobs;
    return ctx;
}

static int run_module(JSContext *ctx, JSValue module)
{
    JSValue done;
    int waiting;

    if (JS_IsException(module) || JS_ResolveModule(ctx, module) < 0)
        fail_with(ctx, JS_GetException(ctx));
    js_module_set_import_meta(ctx, module, 0, 1);
    done = JS_EvalFunction(ctx, module);
    if (JS_IsException(done))
        fail_with(ctx, JS_GetException(ctx));
    do
        run_jobs(ctx);
    while (!js_std_poll(ctx));
    waiting = JS_PromiseState(ctx, done) == JS_PROMISE_PENDING;
    if (waiting)
        fprintf(stderr, "bbjs: the program awaits something that nothing can bring\n");
    fflush(stdout);
    return waiting;
}

static uint8_t *read_or_exit(JSContext *ctx, const char *filename, size_t *length)
{
    uint8_t *data = js_load_file(ctx, length, filename);

    if (data)
        return data;
    fprintf(stderr, "bbjs: %s: ", filename);
    perror(NULL);
    exit(1);
}

static int run_file(int argc, char **argv)
{
    JSContext *ctx = new_context(argc, argv);
    size_t length;
    uint8_t *data = read_or_exit(ctx, argv[0], &length);
    JSValue module;

    if (is_bytecode(data, length))
        module = load_bytecode(ctx, data, length, argv[0]);
    else
        module = JS_Eval(ctx, (const char *)data, length, argv[0], JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    js_free(ctx, data);
    return run_module(ctx, module);
}

static int run_code(const char *code, int argc, char **argv)
{
    JSContext *ctx = new_context(argc, argv);

    return run_module(ctx, JS_Eval(ctx, code, strlen(code), "<code>", JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY));
}

static int compile_file(const char *out, const char *in)
{
    JSContext *ctx = new_context(0, NULL);
    size_t length, result_length;
    uint8_t *source = read_or_exit(ctx, in, &length);
    uint8_t *result = compile_module(ctx, (const char *)source, length, in, &result_length);
    FILE *file;

    if (!result)
        fail_with(ctx, JS_GetException(ctx));
    file = fopen(out, "wb");
    if (!file || fwrite(result, 1, result_length, file) != result_length || fclose(file)) {
        fprintf(stderr, "bbjs: %s: ", out);
        perror(NULL);
        return 1;
    }
    return 0;
}

static int usage(void)
{
    fputs("usage: bbjs FILE.js|FILE.qbc [ARGUMENT]...\n"
          "       bbjs -e CODE [ARGUMENT]...\n"
          "       bbjs -c OUT.qbc IN.js\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    /* Fewer, larger steps: each page fault and brk(2) is dear on an emulated processor. */
    mallopt(M_TOP_PAD, 512 << 10);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    if (argc < 2)
        return usage();
    if (!strcmp(argv[1], "-c"))
        return argc == 4 ? compile_file(argv[2], argv[3]) : usage();
    if (!strcmp(argv[1], "-e"))
        return argc > 2 ? run_code(argv[2], argc - 2, argv + 2) : usage();
    return argv[1][0] == '-' ? usage() : run_file(argc - 1, argv + 1);
}
