/* limits.c - setrlimit, prctl, personality
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/sys.c and kernel/exec_domain.c. Limits are asked for where they matter: address
 * space and data in accounting.c, stack in vma.c, locked memory in mlock.c, descriptors in files.c. */
#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

#define PR_SET_MM          35
#define PR_SET_THP_DISABLE 41
#define PR_GET_THP_DISABLE 42

/* Soft limits are the whole thread group's (kernel/sys.c:do_prlimit). */
int64_t
pwk_sys_setrlimit (PwkMachine *machine, PwkIndex task, uint64_t resource, uint64_t soft)
{
  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  if (resource >= PWK_NR_RLIMITS)
    return pwk_refuse (machine, EINVAL, PWK_WHY_RESOURCE_UNKNOWN);
  if (soft > pwk_task (machine, task)->rlim_max[resource])
    return pwk_refuse (machine, EINVAL, PWK_WHY_RLIMIT_HARD);
  for (PwkIndex t = pwk_task_next (machine, 0); t; t = pwk_task_next (machine, t))
    if (pwk_task (machine, t)->tgid == pwk_task (machine, task)->tgid)
      pwk_task_edit (machine, t)->rlim_cur[resource] = soft;
  pwk_emit_setrlimit (machine, task, resource, soft);
  return 0;
}

/* PR_SET_THP_DISABLE: MMF_DISABLE_THP of the address space, inherited by fork (). */
static int64_t
set_thp_disable (PwkMachine *machine, PwkIndex mm, uint64_t disable, uint64_t flags)
{
  /* PR_THP_DISABLE_EXCEPT_ADVISED (2) comes with 6.18 and leaves MADV_HUGEPAGE its effect */
  if ((!disable && flags) || (flags & ~(uint64_t) 2))
    return pwk_refuse (machine, EINVAL, PWK_WHY_OPTION_ARGS);
  if (disable && !flags)
    pwk_mm_edit (machine, mm)->flags |= PWK_MMF_DISABLE_THP;
  else
    pwk_mm_edit (machine, mm)->flags &= ~PWK_MMF_DISABLE_THP;
  return 0;
}

/* kernel/sys.c:SYSCALL_DEFINE5(prctl), as far as memory goes. What is about other things succeeds
 * and does nothing. */
static int64_t
do_prctl (PwkMachine *machine, PwkIndex mm, uint64_t option, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
  switch (option)
    {
    case PR_SET_THP_DISABLE:
      return a4 || a5 ? pwk_refuse (machine, EINVAL, PWK_WHY_OPTION_ARGS) : set_thp_disable (machine, mm, a2, a3);
    case PR_GET_THP_DISABLE:
      if (a2 || a3 || a4 || a5)
        return pwk_refuse (machine, EINVAL, PWK_WHY_OPTION_ARGS);
      return (pwk_mm (machine, mm)->flags & PWK_MMF_DISABLE_THP) != 0;
    case PR_SET_MM:
      return pwk_refuse (machine, EPERM, PWK_WHY_CAPABILITY);   /* CAP_SYS_RESOURCE */
    default:
      return option >= 1 && option <= PR_SET_MM ? 0 : pwk_refuse (machine, EINVAL, PWK_WHY_OPTION_UNKNOWN);
    }
}

/* Told as an event if it succeeds. */
int64_t
pwk_sys_prctl (PwkMachine *machine, PwkIndex task, uint64_t option, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  int64_t result = mm ? do_prctl (machine, mm, option, a2, a3, a4, a5) : pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);

  if (result >= 0)
    pwk_emit_prctl (machine, task, option, a2, a3);
  return result;
}

/* kernel/exec_domain.c. 0xffffffff only asks. Takes effect at the next exec. */
int64_t
pwk_sys_personality (PwkMachine *machine, PwkIndex task, uint64_t persona)
{
  uint32_t old = pwk_task (machine, task)->personality;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  if ((uint32_t) persona != 0xffffffffu)
    pwk_task_edit (machine, task)->personality = (uint32_t) persona;
  return old;
}
