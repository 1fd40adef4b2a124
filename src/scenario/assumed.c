/* assumed.c - what a recording presupposes without showing it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/assumed.h"

#include <glib/gi18n.h>

#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/virt/files.h"
#include "engine/virt/process.h"
#include "engine/virt/recorded.h"
#include "engine/virt/syscalls.h"

#define O_RDWR_FLAG     2u
#define ASSUMED_DEVICE_MAJOR 8
#define ASSUMED_DEVICE_MINOR 1
#define FIRST_ASSUMED_INO    100000u
#define FIRST_OWN_PID        ((uint64_t) 1 << 30)   /* numbers that no recording uses */

/* --- regions --- */

uint64_t
pwk_assume_range (PwkCall *call, PwkIndex task, PwkVaddr start, uint64_t length, uint64_t prot)
{
  uint64_t pages = pwk_process_assume (call->machine, task, start, length, prot);

  if (pages > 0)
    pwk_call_note (call, _("assumed: %llu pages of %llx-%llx, mapped before the record shows it"), (unsigned long long) pages,
                   (unsigned long long) start, (unsigned long long) (start + length));
  return pages;
}

/* --- processes --- */

void
pwk_assume_pids (PwkMachine *machine)
{
  if (machine->st->next_pid < FIRST_OWN_PID)
    machine->st->next_pid = FIRST_OWN_PID;
}

PwkIndex
pwk_assume_process (PwkCall *call, int32_t pid)
{
  const PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1, .uid = -1 };
  PwkMachine *machine = call->machine;
  g_autoptr(GError) error = NULL;
  PwkIndex task;
  PwkTask *t;

  pwk_assume_pids (machine);
  task = pwk_process_new (machine, "program", 0, &spec, &error);
  if (!task)
    {
      pwk_return_impossible (call, "%s", error ? error->message : _("no memory for a process"));
      return 0;
    }
  t = pwk_task_edit (machine, task);
  t->comm = t->name;
  t->name = 0;
  if (pid > 0)
    t->pid = t->tgid = pid;
  t->assumed = 1;
  pwk_emit_assumed (machine, task, t->comm, 0, 0);
  return task;
}

#define THREAD_FLAGS 0x10f00u    /* CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD */

PwkIndex
pwk_assume_thread (PwkCall *call, PwkIndex leader, int32_t pid)
{
  PwkMachine *machine = call->machine;
  int64_t made = pwk_sys_clone (machine, leader, THREAD_FLAGS);
  PwkIndex task = made > 0 ? pwk_task_by_pid (machine, made) : 0;

  if (!task)
    return 0;
  pwk_task_edit (machine, task)->pid = pid;
  pwk_call_note (call, _("assumed: thread %d of process %d"), pid, pwk_task (machine, leader)->pid);
  return task;
}

/* --- descriptors --- */

/* In PWK_REGION_VARS behind the names; the last one that matches counts. An entry without a path is free. */
typedef struct
{
  PwkIndex files;
  int32_t  fd;
  PwkIndex path;        /* string; of a segment its file */
  uint32_t seen;        /* its open () is in the record */
} Descriptor;

#define MAX_DESCRIPTORS ((uint64_t) 1 << 18)

static Descriptor *
descriptors (const PwkRunner *runner)
{
  return pwk_arena_edit (&runner->machine->arena, PWK_REGION_VARS, PWK_VARS_NAMES);
}

static void
write_descriptor (const PwkRunner *runner, Descriptor *at, Descriptor value)
{
  pwk_arena_touch (&runner->machine->arena, PWK_REGION_VARS, at, sizeof *at);
  *at = value;
}

static Descriptor *
find_descriptor (const PwkRunner *runner, PwkIndex files, int32_t fd)
{
  Descriptor *all = descriptors (runner);

  for (uint64_t i = *pwk_word (runner, PWK_WORD_ASSUMED_FILES); i > 0; i--)
    if (all[i - 1].path && all[i - 1].files == files && all[i - 1].fd == fd)
      return &all[i - 1];
  return NULL;
}

static Descriptor *
free_descriptor (const PwkRunner *runner)
{
  Descriptor *all = descriptors (runner);
  uint64_t n = *pwk_word (runner, PWK_WORD_ASSUMED_FILES);

  for (uint64_t i = 0; i < n; i++)
    if (!all[i].path)
      return &all[i];
  if (n == MAX_DESCRIPTORS)
    return NULL;
  ++*pwk_word (runner, PWK_WORD_ASSUMED_FILES);
  return &all[n];
}

static void
set_descriptor (PwkCall *call, Descriptor meant)
{
  Descriptor *descriptor = find_descriptor (call->runner, meant.files, meant.fd);

  if (!descriptor)
    descriptor = free_descriptor (call->runner);
  if (descriptor)
    write_descriptor (call->runner, descriptor, meant);
}

void
pwk_assume_opened (PwkCall *call, PwkIndex task, int64_t fd, const char *path)
{
  set_descriptor (call, (Descriptor) { pwk_task (call->machine, task)->files, (int32_t) fd, pwk_string_intern (call->machine, path), 1 });
}

void
pwk_assume_closed (PwkCall *call, PwkIndex task, int64_t fd)
{
  Descriptor *descriptor = find_descriptor (call->runner, pwk_task (call->machine, task)->files, (int32_t) fd);

  if (descriptor)
    write_descriptor (call->runner, descriptor, (Descriptor) { 0 });
}

const char *
pwk_assumed_name (PwkCall *call, PwkIndex task, int64_t fd)
{
  const Descriptor *descriptor = find_descriptor (call->runner, pwk_task (call->machine, task)->files, (int32_t) fd);

  return descriptor ? pwk_string (call->machine, descriptor->path) : NULL;
}

void
pwk_assume_inherited (PwkCall *call, PwkIndex parent, PwkIndex child)
{
  PwkIndex from = pwk_task (call->machine, parent)->files, to = pwk_task (call->machine, child)->files;
  uint64_t n = *pwk_word (call->runner, PWK_WORD_ASSUMED_FILES);
  Descriptor *all = descriptors (call->runner);

  if (from == to)
    return;
  for (uint64_t i = 0; i < n; i++)
    if (all[i].path && all[i].files == to)
      write_descriptor (call->runner, &all[i], (Descriptor) { 0 });
  for (uint64_t i = 0; i < n; i++)
    if (all[i].path && all[i].files == from)
      set_descriptor (call, (Descriptor) { to, all[i].fd, all[i].path, all[i].seen });
}

/* --- segments of System V's shared memory: in the same table, as what no table of descriptors has --- */

#define SEGMENTS UINT32_MAX

void
pwk_assume_segment (PwkCall *call, int32_t id, const char *name, uint64_t size)
{
  const Descriptor *known = find_descriptor (call->runner, SEGMENTS, id);
  PwkIndex file = known ? 0 : pwk_shmem_file (call->machine, name, pwk_page_align (size));

  if (file)
    set_descriptor (call, (Descriptor) { SEGMENTS, id, file, 1 });
}

PwkIndex
pwk_assumed_segment (PwkCall *call, int32_t id)
{
  const Descriptor *known = find_descriptor (call->runner, SEGMENTS, id);

  return known ? known->path : 0;
}

/* --- files behind descriptors --- */

/* The file that @fd means now; one that nobody has shown is assumed. */
static Descriptor
resolve (PwkCall *call, PwkIndex task, int32_t fd, const char *path, bool again)
{
  PwkIndex files = pwk_task (call->machine, task)->files;
  const Descriptor *known = find_descriptor (call->runner, files, fd);
  Descriptor meant = { .files = files, .fd = fd, .seen = path != NULL };
  g_autofree char *name = NULL;

  if (known && (known->seen || again) && !path)
    return *known;
  if (!path)
    {
      pwk_call_note (call, _("assumed: a file behind descriptor %d"), fd);
      name = g_strdup_printf ("(assumed: descriptor %d, file %" G_GUINT64_FORMAT ")", fd,
                              ++*pwk_word (call->runner, PWK_WORD_ASSUMED_SERIAL));
    }
  meant.path = pwk_string_intern (call->machine, path ? path : name);
  set_descriptor (call, meant);
  return meant;
}

int64_t
pwk_assume_descriptor (PwkCall *call, PwkIndex task, int64_t fd, const char *path, uint64_t size, bool again)
{
  const PwkOpenExtra extra = { -1, -1, -1, -1, -1 };
  Descriptor meant = resolve (call, task, (int32_t) fd, path, again);
  PwkMachine *machine = call->machine;
  PwkIndex file = pwk_file_for_mapping (machine, pwk_string (machine, meant.path), ASSUMED_DEVICE_MAJOR, ASSUMED_DEVICE_MINOR,
                                        FIRST_ASSUMED_INO + meant.path, size, !meant.seen);
  int64_t real;

  if (!file)
    return -1;
  real = pwk_sys_open (machine, task, pwk_string (machine, meant.path), O_RDWR_FLAG, &extra);
  pwk_file_put (machine, file);
  return real;
}
