/* names.c - the constants of the scenario language: flags, errors, limits, gfp masks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/names.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/reasons.h"
#include "engine/phys/gfp.h"
#include "scenario/names-private.h"

/* One step of taking a mask apart: if @value & @mask is @bits, write @name and clear @mask. */
typedef struct
{
  const char *name;
  uint64_t    mask;
  uint64_t    bits;
} FlagRule;

#define FLAG(name, value)         { name, (value), (value) }
#define CHOICE(name, mask, value) { name, (mask), (value) }

static const FlagRule map_rules[] = {
  CHOICE ("MAP_SHARED", 0x0f, 0x01),
  CHOICE ("MAP_PRIVATE", 0x0f, 0x02),
  CHOICE ("MAP_SHARED_VALIDATE", 0x0f, 0x03),
  CHOICE ("MAP_DROPPABLE", 0x0f, 0x08),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_16KB", 0xfc040000u, 0x38040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_64KB", 0xfc040000u, 0x40040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_512KB", 0xfc040000u, 0x4c040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_1MB", 0xfc040000u, 0x50040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_2MB", 0xfc040000u, 0x54040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_8MB", 0xfc040000u, 0x5c040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_16MB", 0xfc040000u, 0x60040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_32MB", 0xfc040000u, 0x64040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_256MB", 0xfc040000u, 0x70040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_512MB", 0xfc040000u, 0x74040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_1GB", 0xfc040000u, 0x78040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_2GB", 0xfc040000u, 0x7c040000u),
  CHOICE ("MAP_HUGETLB|MAP_HUGE_16GB", 0xfc040000u, 0x88040000u),
  FLAG ("MAP_FIXED", 0x10),
  FLAG ("MAP_ANONYMOUS", 0x20),
  FLAG ("MAP_32BIT", 0x40),
  FLAG ("MAP_ABOVE4G", 0x80),
  FLAG ("MAP_GROWSDOWN", 0x100),
  FLAG ("MAP_DENYWRITE", 0x800),
  FLAG ("MAP_EXECUTABLE", 0x1000),
  FLAG ("MAP_LOCKED", 0x2000),
  FLAG ("MAP_NORESERVE", 0x4000),
  FLAG ("MAP_POPULATE", 0x8000),
  FLAG ("MAP_NONBLOCK", 0x10000),
  FLAG ("MAP_STACK", 0x20000),
  FLAG ("MAP_HUGETLB", 0x40000),
  FLAG ("MAP_SYNC", 0x80000),
  FLAG ("MAP_FIXED_NOREPLACE", 0x100000),
  FLAG ("MAP_UNINITIALIZED", 0x4000000),
};

static const FlagRule prot_rules[] = {
  FLAG ("PROT_READ", 0x1),
  FLAG ("PROT_WRITE", 0x2),
  FLAG ("PROT_EXEC", 0x4),
  FLAG ("PROT_SEM", 0x8),
  FLAG ("PROT_GROWSDOWN", 0x01000000),
  FLAG ("PROT_GROWSUP", 0x02000000),
};

static const FlagRule mremap_rules[] = {
  FLAG ("MREMAP_MAYMOVE", 1),
  FLAG ("MREMAP_FIXED", 2),
  FLAG ("MREMAP_DONTUNMAP", 4),
};

static const FlagRule mcl_rules[] = {
  FLAG ("MCL_CURRENT", 1),
  FLAG ("MCL_FUTURE", 2),
  FLAG ("MCL_ONFAULT", 4),
};

static const FlagRule mlock_rules[] = {
  FLAG ("MLOCK_ONFAULT", 1),
};

static const FlagRule ms_rules[] = {
  FLAG ("MS_ASYNC", 1),
  FLAG ("MS_INVALIDATE", 2),
  FLAG ("MS_SYNC", 4),
};

static const FlagRule o_rules[] = {
  CHOICE ("O_RDONLY", 03, 00),
  CHOICE ("O_WRONLY", 03, 01),
  CHOICE ("O_RDWR", 03, 02),
  FLAG ("O_TMPFILE", 020200000),
  FLAG ("O_SYNC", 04010000),
  FLAG ("O_CREAT", 0100),
  FLAG ("O_EXCL", 0200),
  FLAG ("O_NOCTTY", 0400),
  FLAG ("O_TRUNC", 01000),
  FLAG ("O_APPEND", 02000),
  FLAG ("O_NONBLOCK", 04000),
  FLAG ("O_DSYNC", 010000),
  FLAG ("O_DIRECT", 040000),
  FLAG ("O_LARGEFILE", 0100000),
  FLAG ("O_DIRECTORY", 0200000),
  FLAG ("O_NOFOLLOW", 0400000),
  FLAG ("O_NOATIME", 01000000),
  FLAG ("O_CLOEXEC", 02000000),
  FLAG ("O_PATH", 010000000),
};

static const FlagRule clone_rules[] = {
  FLAG ("CLONE_VM", 0x100),
  FLAG ("CLONE_FS", 0x200),
  FLAG ("CLONE_FILES", 0x400),
  FLAG ("CLONE_SIGHAND", 0x800),
  FLAG ("CLONE_PIDFD", 0x1000),
  FLAG ("CLONE_PTRACE", 0x2000),
  FLAG ("CLONE_VFORK", 0x4000),
  FLAG ("CLONE_PARENT", 0x8000),
  FLAG ("CLONE_THREAD", 0x10000),
  FLAG ("CLONE_NEWNS", 0x20000),
  FLAG ("CLONE_SYSVSEM", 0x40000),
  FLAG ("CLONE_SETTLS", 0x80000),
  FLAG ("CLONE_PARENT_SETTID", 0x100000),
  FLAG ("CLONE_CHILD_CLEARTID", 0x200000),
  FLAG ("CLONE_DETACHED", 0x400000),
  FLAG ("CLONE_UNTRACED", 0x800000),
  FLAG ("CLONE_CHILD_SETTID", 0x1000000),
  FLAG ("CLONE_NEWCGROUP", 0x2000000),
  FLAG ("CLONE_NEWUTS", 0x4000000),
  FLAG ("CLONE_NEWIPC", 0x8000000),
  FLAG ("CLONE_NEWUSER", 0x10000000),
  FLAG ("CLONE_NEWPID", 0x20000000),
  FLAG ("CLONE_NEWNET", 0x40000000),
  FLAG ("CLONE_IO", 0x80000000u),
  FLAG ("CLONE_CLEAR_SIGHAND", 0x100000000ull),
  FLAG ("CLONE_INTO_CGROUP", 0x200000000ull),
  CHOICE ("SIGCHLD", 0xff, 17),         /* CSIGNAL: what the parent is told at the end */
};

static const FlagRule mpol_rules[] = {
  CHOICE ("MPOL_DEFAULT", 0xff, 0),
  CHOICE ("MPOL_PREFERRED", 0xff, 1),
  CHOICE ("MPOL_BIND", 0xff, 2),
  CHOICE ("MPOL_INTERLEAVE", 0xff, 3),
  CHOICE ("MPOL_LOCAL", 0xff, 4),
  CHOICE ("MPOL_PREFERRED_MANY", 0xff, 5),
  CHOICE ("MPOL_WEIGHTED_INTERLEAVE", 0xff, 6),
  FLAG ("MPOL_F_STATIC_NODES", 0x8000),
  FLAG ("MPOL_F_RELATIVE_NODES", 0x4000),
  FLAG ("MPOL_F_NUMA_BALANCING", 0x2000),
};

static const FlagRule mpol_mf_rules[] = {
  FLAG ("MPOL_MF_STRICT", 1),
  FLAG ("MPOL_MF_MOVE", 2),
  FLAG ("MPOL_MF_MOVE_ALL", 4),
  FLAG ("MPOL_MF_LAZY", 8),
};

static const FlagRule per_rules[] = {
  CHOICE ("PER_LINUX", 0xff, 0),
  CHOICE ("PER_LINUX32", 0xff, 8),
  FLAG ("UNAME26", 0x20000),
  FLAG ("ADDR_NO_RANDOMIZE", 0x40000),
  FLAG ("FDPIC_FUNCPTRS", 0x80000),
  FLAG ("MMAP_PAGE_ZERO", 0x100000),
  FLAG ("ADDR_COMPAT_LAYOUT", 0x200000),
  FLAG ("READ_IMPLIES_EXEC", 0x400000),
  FLAG ("ADDR_LIMIT_32BIT", 0x800000),
  FLAG ("SHORT_INODE", 0x1000000),
  FLAG ("WHOLE_SECONDS", 0x2000000),
  FLAG ("STICKY_TIMEOUTS", 0x4000000),
  FLAG ("ADDR_LIMIT_3GB", 0x8000000),
};

static const FlagRule slab_rules[] = {
  FLAG ("SLAB_CONSISTENCY_CHECKS", 0x0001),
  FLAG ("SLAB_RED_ZONE", 0x0002),
  FLAG ("SLAB_POISON", 0x0004),
  FLAG ("SLAB_KMALLOC", 0x0008),
  FLAG ("SLAB_HWCACHE_ALIGN", 0x0010),
  FLAG ("SLAB_CACHE_DMA", 0x0020),
  FLAG ("SLAB_CACHE_DMA32", 0x0040),
  FLAG ("SLAB_STORE_USER", 0x0080),
  FLAG ("SLAB_PANIC", 0x0100),
  FLAG ("SLAB_TYPESAFE_BY_RCU", 0x0200),
  FLAG ("SLAB_TRACE", 0x0400),
  FLAG ("SLAB_NOLEAKTRACE", 0x0800),
  FLAG ("SLAB_NO_MERGE", 0x1000),
  FLAG ("SLAB_ACCOUNT", 0x2000),
  FLAG ("SLAB_NO_USER_FLAGS", 0x4000),
  FLAG ("SLAB_RECLAIM_ACCOUNT", 0x8000),
};

static const FlagRule compact_rules[] = {
  CHOICE ("COMPACT_PRIO_SYNC_FULL", 3, PWK_COMPACT_PRIO_SYNC_FULL),
  CHOICE ("COMPACT_PRIO_SYNC_LIGHT", 3, PWK_COMPACT_PRIO_SYNC_LIGHT),
  CHOICE ("COMPACT_PRIO_ASYNC", 3, PWK_COMPACT_PRIO_ASYNC),
};

static const struct
{
  const FlagRule *rules;
  size_t          n_rules;
} families[PWK_N_NAMES_FAMILIES] = {
  [PWK_NAMES_PROT] = { prot_rules, G_N_ELEMENTS (prot_rules) },
  [PWK_NAMES_MAP] = { map_rules, G_N_ELEMENTS (map_rules) },
  [PWK_NAMES_MREMAP] = { mremap_rules, G_N_ELEMENTS (mremap_rules) },
  [PWK_NAMES_MCL] = { mcl_rules, G_N_ELEMENTS (mcl_rules) },
  [PWK_NAMES_MLOCK] = { mlock_rules, G_N_ELEMENTS (mlock_rules) },
  [PWK_NAMES_MS] = { ms_rules, G_N_ELEMENTS (ms_rules) },
  [PWK_NAMES_O] = { o_rules, G_N_ELEMENTS (o_rules) },
  [PWK_NAMES_CLONE] = { clone_rules, G_N_ELEMENTS (clone_rules) },
  [PWK_NAMES_MPOL] = { mpol_rules, G_N_ELEMENTS (mpol_rules) },
  [PWK_NAMES_MPOL_MF] = { mpol_mf_rules, G_N_ELEMENTS (mpol_mf_rules) },
  [PWK_NAMES_PER] = { per_rules, G_N_ELEMENTS (per_rules) },
  [PWK_NAMES_SLAB] = { slab_rules, G_N_ELEMENTS (slab_rules) },
  [PWK_NAMES_COMPACT] = { compact_rules, G_N_ELEMENTS (compact_rules) },
};

static const char *const titles[PWK_N_NAMES_FAMILIES] = {
  [PWK_NAMES_PROT] = N_("protection, for mmap() and mprotect()"),
  [PWK_NAMES_MAP] = N_("flag of mmap()"),
  [PWK_NAMES_MREMAP] = N_("flag of mremap()"),
  [PWK_NAMES_MADV] = N_("advice for madvise()"),
  [PWK_NAMES_MCL] = N_("flag of mlockall()"),
  [PWK_NAMES_MLOCK] = N_("flag of mlock2()"),
  [PWK_NAMES_MS] = N_("flag of msync()"),
  [PWK_NAMES_O] = N_("flag of open()"),
  [PWK_NAMES_CLONE] = N_("flag of clone()"),
  [PWK_NAMES_SEEK] = N_("where lseek() counts from"),
  [PWK_NAMES_FADV] = N_("advice for posix_fadvise()"),
  [PWK_NAMES_MPOL] = N_("mode of set_mempolicy() and mbind()"),
  [PWK_NAMES_MPOL_MF] = N_("flag of mbind() and move_pages()"),
  [PWK_NAMES_PR] = N_("option of prctl()"),
  [PWK_NAMES_PER] = N_("persona or flag of personality()"),
  [PWK_NAMES_SIG] = N_("signal, for kill()"),
  [PWK_NAMES_ERRNO] = N_("error that a call may give"),
  [PWK_NAMES_RLIM] = N_("value of setrlimit()"),
  [PWK_NAMES_RLIMIT] = N_("resource of setrlimit()"),
  [PWK_NAMES_SEGV] = N_("si_code of SIGSEGV"),
  [PWK_NAMES_BUS] = N_("si_code of SIGBUS"),
  [PWK_NAMES_SI] = N_("si_code of any signal"),
  [PWK_NAMES_AT] = N_("flag of openat() and its like"),
  [PWK_NAMES_GFP] = N_("gfp mask, for alloc_pages() and its like"),
  [PWK_NAMES_SLAB] = N_("flag of kmem_cache_create()"),
  [PWK_NAMES_COMPACT] = N_("priority of try_to_compact_pages()"),
  [PWK_NAMES_OTHER] = N_("flag of a call that has nothing to do with memory"),
};

static const char *const words[] = {
  "always", "held", "instant", "irq", "madvise", "never", "off", "on", "predicted", "process", "recorded", "softirq",
};

static int
compare_constant (const void *name, const void *constant)
{
  return strcmp (name, ((const PwkConstant *) constant)->name);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (((const PwkConstant *) a)->name, ((const PwkConstant *) b)->name);
}

/* The table's and the gfp masks, which the engine names. */
static GArray *
collect_names (void)
{
  GArray *names = g_array_new (FALSE, FALSE, sizeof (PwkConstant));
  const char *name;
  uint32_t gfp;
  bool printed;

  g_array_append_vals (names, pwk_names_table, (guint) pwk_names_table_length);
  for (unsigned i = 0; (name = pwk_gfp_name (i, &gfp, &printed)) != NULL; i++)
    {
      const PwkConstant mask = { name, gfp, PWK_NAMES_GFP, printed ? 0 : PWK_NAME_ALIAS };

      g_array_append_val (names, mask);
    }
  g_array_sort (names, compare_names);
  return names;
}

const PwkConstant *
pwk_names_all (size_t *n)
{
  static GArray *names;

  if (g_once_init_enter (&names))
    g_once_init_leave (&names, collect_names ());
  *n = names->len;
  return (const PwkConstant *) (const void *) names->data;
}

const PwkConstant *
pwk_names_find (const char *name)
{
  size_t n;
  const PwkConstant *names = pwk_names_all (&n);

  return bsearch (name, names, n, sizeof *names, compare_constant);
}

char *
pwk_names_value_text (const PwkConstant *constant)
{
  if (constant->flags & PWK_NAME_NEGATIVE)
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) constant->value);
  return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", constant->value);
}

const char *
pwk_names_family_title (PwkNamesFamily family)
{
  g_return_val_if_fail (family < PWK_N_NAMES_FAMILIES, NULL);

  return titles[family];
}

const char *
pwk_names_of (PwkNamesFamily family, uint64_t value)
{
  for (size_t i = 0; i < pwk_names_table_length; i++)
    {
      const PwkConstant *constant = &pwk_names_table[i];

      if (constant->family == family && constant->value == value
          && (constant->flags & PWK_NAME_ALIAS) == 0)
        return constant->name;
    }

  return NULL;
}

const char *
pwk_names_errno (int number)
{
  int64_t value = number;

  return pwk_names_of (PWK_NAMES_ERRNO, (uint64_t) (value < 0 ? -value : value));
}

int
pwk_names_errno_number (const char *name)
{
  const PwkConstant *constant = pwk_names_find (name);

  if (constant == NULL || constant->family != PWK_NAMES_ERRNO)
    return 0;

  return (int) constant->value;
}

static void
append_part (GString *out, const char *part)
{
  if (out->len > 0)
    g_string_append_c (out, '|');
  g_string_append (out, part);
}

static char *
flags_by_rules (const FlagRule *rules, size_t n_rules, uint64_t value)
{
  GString *out = g_string_new (NULL);
  uint64_t done = 0;

  for (size_t i = 0; i < n_rules; i++)
    {
      if ((done & rules[i].mask) != 0 || (value & rules[i].mask) != rules[i].bits)
        continue;
      append_part (out, rules[i].name);
      done |= rules[i].mask;
    }

  value &= ~done;
  if (value != 0)
    {
      g_autofree char *rest = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", value);
      append_part (out, rest);
    }

  return g_string_free (out, FALSE);
}

char *
pwk_names_flags (PwkNamesFamily family, uint64_t value)
{
  const char *name;

  g_return_val_if_fail (family < PWK_N_NAMES_FAMILIES, NULL);

  if (family == PWK_NAMES_GFP)
    {
      GString *text = g_string_new (NULL);

      pwk_gfp_append (text, (uint32_t) value);
      return g_string_free (text, FALSE);
    }
  if (families[family].rules != NULL)
    {
      char *flags = flags_by_rules (families[family].rules, families[family].n_rules, value);

      if (*flags != '\0')
        return flags;
      g_free (flags);
    }

  name = pwk_names_of (family, value);
  return name != NULL ? g_strdup (name) : g_strdup_printf ("%" G_GINT64_MODIFIER "u", value);
}

bool
pwk_names_is_word (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i], name) == 0)
      return true;

  return false;
}
