/* test-names.c - the constants of the scenario language
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "engine/phys/gfp-bits.h"
#include "scenario/names.h"

static uint64_t
value_of (const char *name)
{
  const PwkConstant *constant = pwk_names_find (name);

  if (constant == NULL)
    g_error ("%s is not known", name);
  return constant->value;
}

static void
assert_flags (PwkNamesFamily family, uint64_t value, const char *text)
{
  g_autofree char *flags = pwk_names_flags (family, value);

  g_assert_cmpstr (flags, ==, text);
}

static void
test_sorted (void)
{
  size_t n;
  const PwkConstant *all = pwk_names_all (&n);

  g_assert_cmpuint (n, >, 700);
  for (size_t i = 1; i < n; i++)
    g_assert_cmpint (strcmp (all[i - 1].name, all[i].name), <, 0);
  for (size_t i = 0; i < n; i++)
    g_assert_true (pwk_names_find (all[i].name) == &all[i]);
  g_assert_null (pwk_names_find ("PROT_"));
  g_assert_null (pwk_names_find (""));
  g_assert_null (pwk_names_find ("NULL"));
}

/* What this computer's own headers say, where they know the name. */
static void
test_against_headers (void)
{
#define SAME(name) g_assert_cmphex (value_of (#name), ==, (uint64_t) (name))
  SAME (PROT_READ);
  SAME (PROT_GROWSDOWN);
  SAME (MAP_ANONYMOUS);
  SAME (MAP_32BIT);
  SAME (MAP_FIXED_NOREPLACE);
  SAME (MAP_HUGETLB);
  SAME (MADV_DONTNEED);
  SAME (MADV_HUGEPAGE);
  SAME (MREMAP_MAYMOVE);
  SAME (MCL_FUTURE);
  SAME (MS_SYNC);
  SAME (O_RDWR);
  SAME (O_CREAT);
  SAME (O_CLOEXEC);
  SAME (AT_FDCWD);
  SAME (POSIX_FADV_DONTNEED);
  SAME (RLIM_INFINITY);
  SAME (RLIMIT_STACK);
  SAME (RLIMIT_MEMLOCK);
  SAME (SIGSEGV);
  SAME (SIGBUS);
  SAME (SEGV_ACCERR);
  SAME (BUS_ADRERR);
  SAME (ENOMEM);
  SAME (EHWPOISON);
  SAME (CLONE_VM);
#undef SAME
  g_assert_cmphex (value_of ("MADV_GUARD_INSTALL"), ==, 102);
  g_assert_cmphex (value_of ("MAP_DROPPABLE"), ==, 8);
  g_assert_cmphex (value_of ("MAP_UNINITIALIZED"), ==, 0x4000000);
  g_assert_cmphex (value_of ("MAP_HUGE_2MB"), ==, (uint64_t) 21 << 26);
  g_assert_cmphex (value_of ("ADDR_COMPAT_LAYOUT"), ==, 0x200000);
  g_assert_cmphex (value_of ("PR_SET_THP_DISABLE"), ==, 41);
  g_assert_cmphex (value_of ("CLONE_INTO_CGROUP"), ==, 0x200000000);
  g_assert_cmphex (value_of ("SI_KERNEL"), ==, 0x80);
}

/* Each error of this computer has a name, and the name its number; of two names the kernel's own wins. */
static void
test_errors (void)
{
  for (int number = 1; number <= 133; number++)
    {
      const char *name = pwk_names_errno (number);

      if (number == 41 || number == 58)         /* never used */
        {
          g_assert_null (name);
          continue;
        }
      g_assert_nonnull (name);
      g_assert_cmpint (pwk_names_errno_number (name), ==, number);
      g_assert_cmpstr (name, ==, strerrorname_np (number) == NULL ? name
                                 : number == EOPNOTSUPP ? "EOPNOTSUPP" : strerrorname_np (number));
      g_assert_cmpstr (pwk_names_errno (-number), ==, name);
    }
  g_assert_cmpint (pwk_names_errno_number ("EWOULDBLOCK"), ==, EAGAIN);
  g_assert_cmpint (pwk_names_errno_number ("ENOTSUP"), ==, EOPNOTSUPP);
  g_assert_cmpint (pwk_names_errno_number ("PROT_READ"), ==, 0);
  g_assert_null (pwk_names_errno (0));
}

static void
test_gfp (void)
{
  g_assert_cmphex (value_of ("__GFP_DMA"), ==, 1);
  g_assert_cmphex (value_of ("__GFP_ZERO"), ==, 0x100);
  g_assert_cmphex (value_of ("__GFP_ACCOUNT"), ==, 0x400000);
  g_assert_cmphex (value_of ("GFP_KERNEL"), ==, 0xcc0);
  g_assert_cmphex (value_of ("GFP_ATOMIC"), ==, 0x820);
  g_assert_cmphex (value_of ("GFP_NOWAIT"), ==, 0x2800);
  g_assert_cmphex (value_of ("GFP_HIGHUSER_MOVABLE"), ==, 0x100cca);
  g_assert_cmphex (value_of ("GFP_TRANSHUGE_LIGHT"), ==, 0x1c20ca);
  g_assert_cmphex (value_of ("GFP_TRANSHUGE"), ==, 0x1c24ca);
  g_assert_cmphex (value_of ("__GFP_WAIT"), ==, value_of ("__GFP_RECLAIM"));
  g_assert_cmphex (value_of ("__GFP_REPEAT"), ==, value_of ("__GFP_RETRY_MAYFAIL"));
  g_assert_cmphex (value_of ("__GFP_COLD"), ==, 0);

  assert_flags (PWK_NAMES_GFP, PWK_GFP_KERNEL, "GFP_KERNEL");
  assert_flags (PWK_NAMES_GFP, PWK_GFP_KERNEL | PWK_GFP_ZERO, "GFP_KERNEL|__GFP_ZERO");
  assert_flags (PWK_NAMES_GFP, PWK_GFP_HIGHUSER_MOVABLE, "GFP_HIGHUSER_MOVABLE");
  assert_flags (PWK_NAMES_GFP, PWK_GFP_NOWAIT | PWK_GFP_THISNODE, "GFP_NOWAIT|__GFP_THISNODE");
  assert_flags (PWK_NAMES_GFP, 0x1000200, "0x1000200");
  assert_flags (PWK_NAMES_GFP, 0, "0");
}

static void
test_flags (void)
{
  assert_flags (PWK_NAMES_PROT, PROT_READ | PROT_WRITE, "PROT_READ|PROT_WRITE");
  assert_flags (PWK_NAMES_PROT, 0, "PROT_NONE");
  assert_flags (PWK_NAMES_PROT, 0x10001, "PROT_READ|0x10000");
  assert_flags (PWK_NAMES_MAP, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS");
  assert_flags (PWK_NAMES_MAP, 0x3, "MAP_SHARED_VALIDATE");
  assert_flags (PWK_NAMES_MAP, 0x54040022, "MAP_PRIVATE|MAP_HUGETLB|MAP_HUGE_2MB|MAP_ANONYMOUS");
  assert_flags (PWK_NAMES_MAP, 0x40022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB");
  assert_flags (PWK_NAMES_O, 02 | 0100 | 04010000, "O_RDWR|O_SYNC|O_CREAT");
  assert_flags (PWK_NAMES_O, 0, "O_RDONLY");
  assert_flags (PWK_NAMES_CLONE, 0x4111, "CLONE_VM|CLONE_VFORK|SIGCHLD");
  assert_flags (PWK_NAMES_MADV, 4, "MADV_DONTNEED");
  assert_flags (PWK_NAMES_MADV, 77, "77");
  assert_flags (PWK_NAMES_SIG, 9, "SIGKILL");
  assert_flags (PWK_NAMES_RLIMIT, 3, "RLIMIT_STACK");
  assert_flags (PWK_NAMES_PER, 0x200000, "PER_LINUX|ADDR_COMPAT_LAYOUT");
  assert_flags (PWK_NAMES_MPOL, 0x8002, "MPOL_BIND|MPOL_F_STATIC_NODES");
  assert_flags (PWK_NAMES_SLAB, 0x2010, "SLAB_HWCACHE_ALIGN|SLAB_ACCOUNT");
  g_assert_cmpstr (pwk_names_of (PWK_NAMES_SIG, 6), ==, "SIGABRT");
}

/* Every mask that is made of names is written so that reading it gives the same mask. */
static void
test_round_trip (void)
{
  static const PwkNamesFamily families[] = { PWK_NAMES_PROT, PWK_NAMES_MAP, PWK_NAMES_MREMAP, PWK_NAMES_O,
                                             PWK_NAMES_CLONE, PWK_NAMES_GFP, PWK_NAMES_SLAB, PWK_NAMES_PER };
  guint32 seed = g_test_rand_int ();
  GRand *rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (int round = 0; round < 20000; round++)
    {
      PwkNamesFamily family = families[round % (int) G_N_ELEMENTS (families)];
      uint64_t value = g_rand_int (rand) & g_rand_int (rand);
      g_autofree char *flags = pwk_names_flags (family, value);
      g_auto(GStrv) parts = g_strsplit (flags, "|", -1);
      uint64_t back = 0;

      for (char **part = parts; *part != NULL; part++)
        back |= g_ascii_isdigit (**part) ? g_ascii_strtoull (*part, NULL, 0) : value_of (*part);
      g_assert_cmphex (back, ==, value);
    }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/names/sorted", test_sorted);
  g_test_add_func ("/names/against-headers", test_against_headers);
  g_test_add_func ("/names/errors", test_errors);
  g_test_add_func ("/names/gfp", test_gfp);
  g_test_add_func ("/names/flags", test_flags);
  g_test_add_func ("/names/round-trip", test_round_trip);

  return g_test_run ();
}
