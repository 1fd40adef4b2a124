/* recorded.c - statements that tell what happened, carried out as they say
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/mm.h"
#include "engine/virt/files.h"
#include "engine/virt/process.h"
#include "engine/virt/recorded.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"
#include "engine/virt/vma.h"
#include "scenario/assumed.h"
#include "scenario/names.h"
#include "scenario/recorded-private.h"
#include "scenario/words.h"

#define R_MAP_SHARED           0x1u
#define R_MAP_PRIVATE          0x2u
#define R_MAP_FIXED            0x10u
#define R_MAP_ANONYMOUS        0x20u
#define R_MAP_HUGETLB          0x40000u
#define R_MAP_SYNC             0x80000u
#define R_MAP_HUGE_SIZES       (0x3fu << 26)
#define R_PROT_GROWSDOWN       0x01000000u
#define R_SIGCHLD              17u
#define R_SHM_RDONLY           010000u
#define R_SHM_EXEC             0100000u

/* PROT_… of what is assumed. */
#define DATA_PROT  3u
#define CODE_PROT  5u
#define ALL_PROT   7u

typedef struct
{
  const char *name;
  unsigned    n_args;       /* numbers that must be there: places 0 … n_args - 1 */
  bool        lift;         /* this machine's limits do not count: it has happened */
  void      (*run) (Recorded *recorded);
} RecordedCall;

/* --- saying what came of it --- */

static void
disagree (Recorded *recorded, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The first word counts: later ones follow from it. */
static void
disagree (Recorded *recorded, const char *format, ...)
{
  PwkCall *call = recorded->call;
  const PwkStatement *statement = call->statement;
  g_autofree char *want = NULL, *got = NULL;
  va_list args;

  if (call->disagreement)
    return;
  va_start (args, format);
  got = g_strdup_vprintf (format, args);
  va_end (args);
  want = pwk_describe_expected (call->script, statement);
  call->disagreement = g_strdup_printf (_("%s:%u:%u: expected %s, got %s"), pwk_script_name (call->script), statement->line,
                                        pwk_script_column (statement->text, statement->result.offset), want, got);
}

void
pwk_recorded_disagree (Recorded *recorded, int64_t result)
{
  const char *name = result < 0 ? pwk_names_errno ((int) -result) : NULL;

  if (name)
    disagree (recorded, "-1 %s", name);
  else
    disagree (recorded, "0x%" G_GINT64_MODIFIER "x", (guint64) result);
}

static void
expect (Recorded *recorded, int64_t result)
{
  if ((uint64_t) result != recorded->expected)
    pwk_recorded_disagree (recorded, result);
}

/* --- limits that the real machine did not have, or had elsewhere --- */

typedef struct
{
  int64_t  overcommit_memory, mmap_min_addr, max_map_count, threads_max;
  uint64_t rlim_cur[PWK_NR_RLIMITS];
} Limits;

static Limits
lift_limits (Recorded *recorded)
{
  PwkSysctl *sysctl = &recorded->machine->st->sysctl;
  PwkTask *task = pwk_task_edit (recorded->machine, recorded->task);
  Limits limits = { sysctl->overcommit_memory, sysctl->mmap_min_addr, sysctl->max_map_count, sysctl->threads_max, { 0 } };

  memcpy (limits.rlim_cur, task->rlim_cur, sizeof limits.rlim_cur);
  sysctl->overcommit_memory = 1;
  sysctl->mmap_min_addr = 0;
  sysctl->max_map_count = sysctl->threads_max = INT32_MAX;
  for (unsigned i = 0; i < PWK_NR_RLIMITS; i++)
    task->rlim_cur[i] = UINT64_MAX;
  return limits;
}

static void
restore_limits (Recorded *recorded, const Limits *limits)
{
  PwkSysctl *sysctl = &recorded->machine->st->sysctl;

  sysctl->overcommit_memory = limits->overcommit_memory;
  sysctl->mmap_min_addr = limits->mmap_min_addr;
  sysctl->max_map_count = limits->max_map_count;
  sysctl->threads_max = limits->threads_max;
  memcpy (pwk_task_edit (recorded->machine, recorded->task)->rlim_cur, limits->rlim_cur, sizeof limits->rlim_cur);
}

/* --- arguments in strace's forms --- */

static bool
eval_at (const Recorded *recorded, guint expr, uint64_t *bits)
{
  PwkCall *call = recorded->call;
  PwkNumber number;

  if (!pwk_expr_eval (call->script, call->statement, expr, &call->runner->scope, &number, NULL))
    return false;
  *bits = number.bits;
  return true;
}

static const char *
string_arg (const Recorded *recorded, guint place)
{
  const PwkArg *arg = pwk_statement_arg (recorded->call->script, recorded->call->statement, place);
  const PwkExpr *expr = arg ? pwk_script_expr (recorded->call->script, arg->expr) : NULL;

  return expr && expr->kind == PWK_EXPR_STRING ? expr->string : NULL;
}

/* A number in the structure @expr. */
static bool
item_of (const Recorded *recorded, guint expr, const char *key, uint64_t *bits)
{
  const PwkScript *script = recorded->call->script;
  int item = pwk_script_expr (script, expr)->kind == PWK_EXPR_STRUCT ? pwk_expr_find_item (script, expr, key) : -1;

  return item >= 0 && eval_at (recorded, (guint) item, bits);
}

/* … that is argument @place. */
static bool
item_arg (const Recorded *recorded, guint place, const char *key, uint64_t *bits)
{
  const PwkArg *arg = pwk_statement_arg (recorded->call->script, recorded->call->statement, place);

  return arg && item_of (recorded, arg->expr, key, bits);
}

PwkIndex
pwk_find_or_assume_process (PwkCall *call, int32_t pid)
{
  PwkIndex task = pwk_task_by_pid (call->machine, pid);

  return task ? task : pwk_assume_process (call, pid);
}

/* --- mappings --- */

/* What the engine has to say against a recorded place. */
static void
judge (Recorded *recorded, int64_t result, const char *disagrees)
{
  const char *name = result < 0 ? pwk_names_errno ((int) -result) : NULL;

  if (disagrees && name)
    disagree (recorded, "-1 %s: %s", name, disagrees);
  else if (disagrees)
    disagree (recorded, _("a place where that cannot be: %s"), disagrees);
  else
    expect (recorded, result);
}

/* What strace -y says a descriptor is. */
static const char *
descriptor_path (const Recorded *recorded, guint place)
{
  const PwkArg *arg = pwk_statement_arg (recorded->call->script, recorded->call->statement, place);
  const PwkExpr *expr = arg ? pwk_script_expr (recorded->call->script, arg->expr) : NULL;

  return expr && expr->kind == PWK_EXPR_NUMBER && expr->string && *expr->string == '/' ? expr->string : NULL;
}

static void
recorded_mmap (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  uint64_t flags = a[3] & ~(uint64_t) (R_MAP_HUGETLB | R_MAP_HUGE_SIZES | R_MAP_SYNC);
  const char *disagrees = NULL;
  PwkIndex file = 0;
  int64_t fd = -1, result;

  if (a[3] & R_MAP_HUGETLB)
    pwk_call_note (recorded->call, _("assumed: small pages; there is no pool of huge ones"));
  if (!(flags & R_MAP_ANONYMOUS))
    {
      fd = pwk_assume_descriptor (recorded->call, recorded->task, (int64_t) a[4], descriptor_path (recorded, 4), a[5] + a[1],
                                  (flags & R_MAP_FIXED) || a[5] != 0);
      file = pwk_file_of_fd (recorded->machine, recorded->task, fd);
    }
  result = pwk_virt_mmap_recorded (recorded->machine, recorded->task, a[0], a[1], a[2], flags, file, a[5], recorded->expected, &disagrees);
  if (fd >= 0)
    pwk_sys_close (recorded->machine, recorded->task, fd);
  judge (recorded, result, disagrees);
}

/* The first mmap () of 32-bit programs had its arguments in a structure, which strace prints as one or as if there were none. */
static void
recorded_old_mmap (Recorded *recorded)
{
  static const char *const fields[SYSTEM_CALL_ARGS] = { "addr", "len", "prot", "flags", "fd", "offset" };
  guint n = recorded->call->statement->n_args;

  for (guint i = 0; i < SYSTEM_CALL_ARGS && n < SYSTEM_CALL_ARGS; i++)
    if (!item_arg (recorded, 0, fields[i], &recorded->a[i]))
      {
        pwk_call_lose (recorded->call, _("the arguments of this %s cannot be computed; what it changes is missing from here on"), "old_mmap");
        return;
      }
  recorded_mmap (recorded);
}

/* mm/mmap.c:SYSCALL_DEFINE5(remap_file_pages): since 4.0 a mapping of the same file, elsewhere in it. */
static void
recorded_remap_file_pages (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  PwkIndex vma = pwk_find_vma_intersection (recorded->machine, pwk_task (recorded->machine, recorded->task)->mm, a[0], a[0] + 1);
  const char *disagrees = NULL;
  int64_t result;

  if (!vma || !pwk_vma (recorded->machine, vma)->vm_file)
    {
      pwk_call_lose (recorded->call, _("which file this remap_file_pages is about is not in the record"));
      return;
    }
  result = pwk_virt_mmap_recorded (recorded->machine, recorded->task, a[0], a[1],
                                   pwk_vma (recorded->machine, vma)->vm_flags & PWK_VM_ACCESS_FLAGS, R_MAP_SHARED | R_MAP_FIXED,
                                   pwk_vma (recorded->machine, vma)->vm_file, a[3] << PWK_PAGE_SHIFT, a[0], &disagrees);
  judge (recorded, result == (int64_t) a[0] ? 0 : result, disagrees);
}

/* arch/x86/kernel/shstk.c:SYSCALL_DEFINE3(map_shadow_stack): private memory that only calls and returns write to. */
static void
recorded_map_shadow_stack (Recorded *recorded)
{
  const char *disagrees = NULL;
  int64_t result = pwk_virt_mmap_recorded (recorded->machine, recorded->task, recorded->a[0], recorded->a[1], DATA_PROT,
                                           R_MAP_PRIVATE | R_MAP_ANONYMOUS, 0, 0, recorded->expected, &disagrees);

  judge (recorded, result, disagrees);
}

/* --- System V's shared memory --- */

static void
recorded_shmget (Recorded *recorded)
{
  g_autofree char *name = g_strdup_printf ("/SYSV%08x (deleted)", (unsigned) recorded->a[0]);

  if (recorded->a[1] > 0)
    pwk_assume_segment (recorded->call, (int32_t) recorded->expected, name, recorded->a[1]);
}

static void
recorded_shmat (Recorded *recorded)
{
  uint64_t flags = recorded->a[2], size;
  PwkIndex file = pwk_assumed_segment (recorded->call, (int32_t) recorded->a[0]);
  const char *disagrees = NULL;
  int64_t result;

  if (!file)
    {
      pwk_call_lose (recorded->call, _("how large segment %d is, its shmget would tell, which is not in the record"), (int) recorded->a[0]);
      return;
    }
  size = pwk_inode (recorded->machine, pwk_file (recorded->machine, file)->inode)->i_size;
  result = pwk_virt_mmap_recorded (recorded->machine, recorded->task, recorded->a[1], size,
                                   (flags & R_SHM_RDONLY ? 1u : DATA_PROT) | (flags & R_SHM_EXEC ? 4u : 0), R_MAP_SHARED, file, 0,
                                   recorded->expected, &disagrees);
  judge (recorded, result, disagrees);
}

static void
recorded_shmdt (Recorded *recorded)
{
  pwk_virt_shmdt (recorded->machine, recorded->task, recorded->a[0]);
}

/* A file that has no name in any folder. */
static void
recorded_memfd_create (Recorded *recorded)
{
  const char *name = string_arg (recorded, 0);
  g_autofree char *path = name ? g_strdup_printf ("/memfd:%s (deleted)", name) : NULL;

  if (path)
    pwk_assume_opened (recorded->call, recorded->task, (int64_t) recorded->expected, path);
}

static void
recorded_munmap (Recorded *recorded)
{
  expect (recorded, pwk_sys_munmap (recorded->machine, recorded->task, recorded->a[0], recorded->a[1]));
}

/* The range was mapped, or the call would have failed. */
void
pwk_recorded_assume_range (Recorded *recorded, PwkVaddr addr, uint64_t length)
{
  PwkVaddr start = addr & PWK_PAGE_MASK;

  pwk_assume_range (recorded->call, recorded->task, start, pwk_page_align (addr + length) - start, DATA_PROT);
}

/* … that arguments 0 and 1 name. */
void
pwk_recorded_assume_arguments (Recorded *recorded)
{
  pwk_recorded_assume_range (recorded, recorded->a[0], recorded->a[1]);
}

static void
recorded_mprotect (Recorded *recorded)
{
  pwk_recorded_assume_arguments (recorded);
  expect (recorded, pwk_sys_mprotect (recorded->machine, recorded->task, recorded->a[0], recorded->a[1],
                                      recorded->a[2] & ~(uint64_t) R_PROT_GROWSDOWN));
}

/* Advice that this machine's kernel does not take changes nothing that the record could show. */
static void
recorded_madvise (Recorded *recorded)
{
  int64_t result;

  pwk_recorded_assume_arguments (recorded);
  result = pwk_sys_madvise (recorded->machine, recorded->task, recorded->a[0], recorded->a[1], (int64_t) recorded->a[2]);
  if (result == -EINVAL && recorded->expected == 0)
    pwk_call_note (recorded->call, _("advice that is not simulated"));
  else
    expect (recorded, result);
}

/* The descriptor stands for a process, and is called as strace -y calls those: "pid:4711". */
static void
recorded_pidfd_open (Recorded *recorded)
{
  g_autofree char *name = g_strdup_printf ("pid:%d", (int) recorded->a[0]);

  pwk_assume_opened (recorded->call, recorded->task, (int64_t) recorded->expected, name);
}

/* PIDFD_SELF, PIDFD_SELF_THREAD_GROUP (6.14): numbers of no descriptor. */
#define R_PIDFD_SELF_THREAD   (-10000)
#define R_PIDFD_SELF_PROCESS  (-10001)

/* The process that argument @place means; 0 if the record does not say. */
static PwkIndex
process_arg (const Recorded *recorded, guint place)
{
  const PwkArg *arg = pwk_statement_arg (recorded->call->script, recorded->call->statement, place);
  const PwkExpr *expr = arg ? pwk_script_expr (recorded->call->script, arg->expr) : NULL;
  int32_t fd = (int32_t) recorded->a[place];
  const char *name = expr && expr->kind == PWK_EXPR_NUMBER && expr->string ? expr->string : pwk_assumed_name (recorded->call, recorded->task, fd);

  if (fd == R_PIDFD_SELF_THREAD || fd == R_PIDFD_SELF_PROCESS)
    return recorded->task;
  if (name && !g_str_has_prefix (name, "pid:"))
    name = pwk_assumed_name (recorded->call, recorded->task, fd);
  if (!name || !g_str_has_prefix (name, "pid:"))
    return 0;
  return pwk_find_or_assume_process (recorded->call, (int32_t) g_ascii_strtoll (name + strlen ("pid:"), NULL, 10));
}

/* Advice on ranges of another process. What it returned is how many bytes of them it got through. */
static void
recorded_process_madvise (Recorded *recorded)
{
  const PwkScript *script = recorded->call->script;
  const PwkArg *ranges = pwk_statement_arg (script, recorded->call->statement, 1);
  const PwkExpr *list = ranges ? pwk_script_expr (script, ranges->expr) : NULL;
  Recorded other = *recorded;
  uint64_t left = recorded->expected;

  other.task = process_arg (recorded, 0);
  if (!other.task || !list || list->kind != PWK_EXPR_ARRAY)
    {
      pwk_call_lose (recorded->call, _("which process this process_madvise is about, or which of its memory, is not in the record"));
      return;
    }
  for (guint i = 0; i < list->n_items && left > 0; i++)
    {
      guint range = pwk_expr_item (script, ranges->expr, i);
      uint64_t addr, length;
      int64_t result;

      if (!item_of (recorded, range, "iov_base", &addr) || !item_of (recorded, range, "iov_len", &length))
        {
          pwk_call_lose (recorded->call, _("not all ranges of this process_madvise are in the record"));
          return;
        }
      length = MIN (length, left);
      left -= length;
      pwk_recorded_assume_range (&other, addr, length);
      result = pwk_virt_process_madvise (recorded->machine, other.task, addr, length, (int64_t) recorded->a[3]);
      if (result != 0)
        pwk_recorded_disagree (recorded, result);
    }
}

static void
recorded_mremap (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  const char *disagrees = NULL;
  int64_t result = pwk_virt_mremap_recorded (recorded->machine, recorded->task, a[0], a[1], a[2], a[3], a[4], recorded->expected,
                                             &disagrees);

  judge (recorded, result, disagrees);
}

/* --- the heap --- */

static void
recorded_brk (Recorded *recorded)
{
  PwkIndex mm = pwk_task (recorded->machine, recorded->task)->mm;
  bool known = pwk_mm (recorded->machine, mm)->start_brk != 0;
  const char *disagrees = NULL;
  int64_t result = pwk_virt_brk_recorded (recorded->machine, recorded->task, recorded->a[0], recorded->expected, &disagrees);

  if (!known && !disagrees)
    pwk_call_note (recorded->call, _("assumed: the heap begins at 0x%llx"), (unsigned long long) recorded->expected);
  judge (recorded, result, disagrees);
}

/* --- locking, writing back --- */

static void
recorded_mlock (Recorded *recorded)
{
  pwk_recorded_assume_arguments (recorded);
  expect (recorded, pwk_sys_mlock2 (recorded->machine, recorded->task, recorded->a[0], recorded->a[1], 0));
}

static void
recorded_mlock2 (Recorded *recorded)
{
  pwk_recorded_assume_arguments (recorded);
  expect (recorded, pwk_sys_mlock2 (recorded->machine, recorded->task, recorded->a[0], recorded->a[1], recorded->a[2]));
}

static void
recorded_munlock (Recorded *recorded)
{
  pwk_recorded_assume_arguments (recorded);
  expect (recorded, pwk_sys_munlock (recorded->machine, recorded->task, recorded->a[0], recorded->a[1]));
}

static void
recorded_mlockall (Recorded *recorded)
{
  expect (recorded, pwk_sys_mlockall (recorded->machine, recorded->task, recorded->a[0]));
}

static void
recorded_munlockall (Recorded *recorded)
{
  expect (recorded, pwk_sys_munlockall (recorded->machine, recorded->task));
}

static void
recorded_msync (Recorded *recorded)
{
  pwk_recorded_assume_arguments (recorded);
  expect (recorded, pwk_sys_msync (recorded->machine, recorded->task, recorded->a[0], recorded->a[1], recorded->a[2]));
}

/* --- processes --- */

/* The child has its recorded number from now on. */
static void
adopt (PwkCall *call, PwkIndex parent, PwkIndex child, int32_t pid)
{
  bool thread = pwk_task (call->machine, child)->tgid != pwk_task (call->machine, child)->pid;
  PwkTask *task = pwk_task_edit (call->machine, child);

  task->pid = pid;
  if (!thread)
    task->tgid = pid;
  pwk_assume_inherited (call, parent, child);
}

static void
clone_with (Recorded *recorded, uint64_t flags)
{
  int64_t pid;

  pwk_assume_pids (recorded->machine);
  pid = pwk_sys_clone (recorded->machine, recorded->task, flags);
  if (pid < 0)
    pwk_recorded_disagree (recorded, pid);
  else if (recorded->machine->st->op.kind == PWK_OP_NONE)
    adopt (recorded->call, recorded->task, pwk_task_by_pid (recorded->machine, pid), (int32_t) recorded->expected);
}

static void
recorded_fork (Recorded *recorded)
{
  clone_with (recorded, R_SIGCHLD);
}

static void
recorded_vfork (Recorded *recorded)
{
  clone_with (recorded, 0x4100u | R_SIGCHLD);
}

static void
recorded_clone (Recorded *recorded)
{
  const PwkScript *script = recorded->call->script;
  const PwkArg *arg = pwk_statement_find_arg (script, recorded->call->statement, "flags");
  uint64_t flags = R_SIGCHLD;

  if (!arg)
    arg = pwk_statement_arg (script, recorded->call->statement, 0);
  if (!arg || !eval_at (recorded, arg->expr, &flags))
    pwk_call_note (recorded->call, _("flags that are not known: taken for a fork"));
  clone_with (recorded, flags);
}

static void
recorded_clone3 (Recorded *recorded)
{
  uint64_t flags = R_SIGCHLD, exit_signal = 0;

  if (!item_arg (recorded, 0, "flags", &flags))
    pwk_call_note (recorded->call, _("flags that are not known: taken for a fork"));
  item_arg (recorded, 0, "exit_signal", &exit_signal);
  clone_with (recorded, flags | exit_signal);
}

static void
recorded_execve (Recorded *recorded)
{
  guint place = strcmp (recorded->call->statement->call, "execveat") == 0;
  const char *path = string_arg (recorded, place);
  int64_t result = pwk_sys_execve (recorded->machine, recorded->task, path ? path : "(unknown program)");

  if (result < 0)
    pwk_recorded_disagree (recorded, result);
}

static void
recorded_exit (Recorded *recorded)
{
  bool group = strcmp (recorded->call->statement->call, "exit_group") == 0;

  pwk_sys_exit (recorded->machine, recorded->task, (int64_t) recorded->a[0], group);
}

/* prlimit64 (0, RLIMIT_STACK, {rlim_cur=…}, NULL), setrlimit (RLIMIT_STACK, {rlim_cur=…}) */
static void
recorded_setrlimit (Recorded *recorded)
{
  bool prlimit = strcmp (recorded->call->statement->call, "prlimit64") == 0;
  const PwkArg *arg = pwk_statement_arg (recorded->call->script, recorded->call->statement, prlimit);
  uint64_t resource, soft;

  if (!arg || !eval_at (recorded, arg->expr, &resource) || !item_arg (recorded, prlimit ? 2 : 1, "rlim_cur", &soft))
    return;
  if (prlimit)
    {
      const PwkArg *pid = pwk_statement_arg (recorded->call->script, recorded->call->statement, 0);
      uint64_t number;

      if (!eval_at (recorded, pid->expr, &number) || number != 0)
        return;
    }
  pwk_sys_setrlimit (recorded->machine, recorded->task, resource, soft);
}

/* What is about anything else than memory often has arguments that are no numbers. */
static void
recorded_prctl (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  uint64_t number;

  if (a[0] == PWK_PR_SET_VMA && a[1] == PWK_PR_SET_VMA_ANON_NAME)
    {
      pwk_recorded_assume_range (recorded, a[2], a[3]);
      pwk_sys_set_anon_name (recorded->machine, recorded->task, a[2], a[3], string_arg (recorded, 4));
      return;
    }
  for (guint i = 0; i < 5 && i < recorded->call->statement->n_args; i++)
    if (!eval_at (recorded, pwk_statement_arg (recorded->call->script, recorded->call->statement, i)->expr, &number))
      return;
  pwk_sys_prctl (recorded->machine, recorded->task, a[0], a[1], a[2], a[3], a[4]);
}

static void
recorded_personality (Recorded *recorded)
{
  pwk_sys_personality (recorded->machine, recorded->task, recorded->a[0]);
}

/* --- descriptors --- */

static void
recorded_open (Recorded *recorded)
{
  guint place = g_str_has_prefix (recorded->call->statement->call, "openat");
  const char *path = string_arg (recorded, place);

  if (path)
    pwk_assume_opened (recorded->call, recorded->task, (int64_t) recorded->expected, path);
}

static void
recorded_close (Recorded *recorded)
{
  pwk_assume_closed (recorded->call, recorded->task, (int64_t) recorded->a[0]);
}

static void
recorded_ftruncate (Recorded *recorded)
{
  int64_t fd = pwk_assume_descriptor (recorded->call, recorded->task, (int64_t) recorded->a[0], descriptor_path (recorded, 0), 0, true);

  if (fd < 0)
    return;
  pwk_sys_ftruncate (recorded->machine, recorded->task, fd, (int64_t) recorded->a[1]);
  pwk_sys_close (recorded->machine, recorded->task, fd);
}

static const RecordedCall calls[] = {
#define PWK_SYSCALL(NAME, AT_END, MATTERS, N_ARGS, LIFT, RUN)  { #NAME, N_ARGS, LIFT, RUN },
#define PWK_SYSCALL_UNDONE(NAME, AT_END, MATTERS)
#define PWK_SYSCALL_PASSED(NAME)
#include "scenario/syscalls.def"
#undef PWK_SYSCALL
#undef PWK_SYSCALL_UNDONE
#undef PWK_SYSCALL_PASSED
};

static const RecordedCall *
find_call (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (strcmp (calls[i].name, name) == 0)
      return &calls[i];
  return NULL;
}

bool
pwk_is_recorded_statement (const PwkRunner *runner, const PwkStatement *statement)
{
  PwkResultKind kind = statement->result.kind;

  if (pwk_script_is_strace (runner->script) || (runner->recorded && statement->who.kind == PWK_WHO_PID))
    return true;
  return runner->recorded && statement->who.kind == PWK_WHO_NAME && find_call (statement->call)
         && (kind == PWK_RESULT_NUMBER || kind == PWK_RESULT_NULL || kind == PWK_RESULT_ERRNO || kind == PWK_RESULT_ANY);
}

/* --- carrying out --- */

/* The one process of a recording without numbers: nobody else is assumed there before it. */
static PwkIndex
first_assumed (const PwkMachine *machine)
{
  PwkIndex task = pwk_task_next (machine, 0);

  while (task && !pwk_task (machine, task)->assumed)
    task = pwk_task_next (machine, task);
  return task;
}

PwkIndex
pwk_recorded_task (PwkCall *call)
{
  const PwkWho *who = &call->statement->who;

  if (who->kind == PWK_WHO_NAME)
    return pwk_task_by_name (call->machine, who->name);
  return who->kind == PWK_WHO_PID ? pwk_task_by_pid (call->machine, who->pid) : first_assumed (call->machine);
}

static PwkIndex
find_or_assume_task (PwkCall *call)
{
  const PwkWho *who = &call->statement->who;
  PwkIndex task = pwk_recorded_task (call);
  int32_t leader;

  if (task || who->kind == PWK_WHO_NAME)
    return task;
  if (who->kind != PWK_WHO_PID)
    return pwk_assume_process (call, 0);
  leader = pwk_script_leader (call->script, who->pid);
  task = pwk_find_or_assume_process (call, leader);
  return task && leader != who->pid ? pwk_assume_thread (call, task, who->pid) : task;
}

/* The value that the record gives, as the statement's own result. */
static void
return_recorded (PwkCall *call)
{
  const PwkResult *result = &call->statement->result;

  switch (result->kind)
    {
    case PWK_RESULT_NUMBER:
      if (g_str_has_prefix (call->statement->text + result->offset, "0x"))
        pwk_return_address (call, result->number);
      else
        pwk_return_number (call, result->number);
      call->value.is_signed = result->negative;
      break;
    case PWK_RESULT_NULL:
      call->value.pointer = true;
      pwk_return_address (call, 0);
      break;
    case PWK_RESULT_ERRNO:
      pwk_return_refusal (call, result->error, PWK_WHY_NONE);   /* only that it failed was recorded */
      break;
    default:
      call->value.kind = PWK_VALUE_VOID;
      break;
    }
  call->judged = true;
}

static bool
read_numbers (Recorded *recorded, unsigned n)
{
  const PwkStatement *statement = recorded->call->statement;

  for (guint i = 0; i < SYSTEM_CALL_ARGS && i < statement->n_args; i++)
    if (!eval_at (recorded, pwk_statement_arg (recorded->call->script, statement, i)->expr, &recorded->a[i]) && i < n)
      return false;
  return statement->n_args >= n;
}

/* Whether the line means anything to memory: what failed did nothing. */
static const RecordedCall *
call_that_counts (const PwkCall *call)
{
  const RecordedCall *known = find_call (call->statement->call);
  const PwkResult *result = &call->statement->result;
  bool ends = known && known->run == recorded_exit;

  if (result->kind == PWK_RESULT_ERRNO || (result->kind == PWK_RESULT_NUMBER && result->negative))
    return NULL;
  return result->kind == PWK_RESULT_ANY && !ends ? NULL : known;
}

static bool
is_over (const PwkMachine *machine, PwkIndex task)
{
  return pwk_task (machine, task)->status == PWK_TASK_DEAD || !pwk_task (machine, task)->mm;
}

void
pwk_recorded_begin (PwkCall *call)
{
  const RecordedCall *known = call_that_counts (call);
  Recorded recorded = { .call = call, .machine = call->machine, .expected = call->statement->result.number };

  return_recorded (call);
  if (!known)
    return;
  if (!read_numbers (&recorded, known->n_args))
    {
      pwk_call_lose (call, _("the arguments of this %s cannot be computed; what it changes is missing from here on"), call->statement->call);
      return;
    }
  call->task = find_or_assume_task (call);
  if (!call->task)
    return;
  *pwk_word (call->runner, PWK_WORD_TASK) = call->task;
  if (is_over (call->machine, call->task))
    {
      pwk_call_note (call, _("skipped: the process has ended"));
      return;
    }
  recorded.task = call->task;
  pwk_task_run (call->machine, call->task, -1);
  if (known->lift)
    {
      Limits limits = lift_limits (&recorded);

      known->run (&recorded);
      restore_limits (&recorded, &limits);
    }
  else
    known->run (&recorded);
}

/* A long one is over: a child is there, or pages are. What populating came to does not matter to the record. */
void
pwk_recorded_finish (PwkCall *call)
{
  const char *name = call->statement->call;
  bool child = strcmp (name, "fork") == 0 || strcmp (name, "vfork") == 0 || g_str_has_prefix (name, "clone");
  int64_t result = call->machine->st->op.result;

  return_recorded (call);
  if (child && result > 0)
    adopt (call, call->task, pwk_task_by_pid (call->machine, result), (int32_t) call->statement->result.number);
}

/* --- accesses --- */

#define ACCESS_CHUNK ((uint64_t) 64 << 10)

/* Memory that a recorded program used was there: fills the neighbourhood, or widens the rights of what was assumed. */
bool
pwk_recorded_assume_access (PwkCall *call, PwkIndex task, PwkVaddr addr, unsigned bytes, PwkAccessKind kind)
{
  PwkMachine *machine = call->machine;
  PwkVaddr last = addr + bytes - 1;
  PwkVaddr start = addr & ~(ACCESS_CHUNK - 1), end = (last | (ACCESS_CHUNK - 1)) + 1;
  PwkIndex vma = pwk_find_vma_intersection (machine, pwk_task (machine, task)->mm, addr, last + 1);
  bool widened = false;

  if (vma && pwk_vma (machine, vma)->assumed)
    widened = pwk_sys_mprotect (machine, task, pwk_vma (machine, vma)->vm_start,
                                pwk_vma (machine, vma)->vm_end - pwk_vma (machine, vma)->vm_start, ALL_PROT) == 0;
  return pwk_process_assume (machine, task, start, end - start, kind == PWK_ACCESS_FETCH ? CODE_PROT : DATA_PROT) > 0 || widened;
}
