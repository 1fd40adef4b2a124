/* files.c - files by name, open files, descriptors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/open.c, fs/file.c, fs/file_table.c as far as memory is concerned:
 *
 *      task.files ─▶ PwkFiles.fd[3] ─▶ PwkFile (one open ()) ─▶ PwkInode (one file) ─▶ pages
 *                                         ▲
 *                      vma.vm_file ───────┘        each arrow is a reference
 *
 * There are no folders: a name is a whole path. The simulated disk has a file as long as it has a
 * name (nlink); unlink () is not known. */
#include "engine/virt/files.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/op.h"
#include "engine/core/refusal.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/accounting.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/shared-policy.h"
#include "engine/virt/readahead.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/truncate.h"
#include "engine/virt/uapi.h"
#include "engine/virt/vma.h"

/* open ()'s flags on x86-64. */
#define O_ACCESS_MASK 03u
#define O_TRUNCATE    01000u
#define FIRST_FD      3

/* A table of descriptors by its index. */
static const PwkFiles *
files_at (const PwkMachine *machine, PwkIndex files)
{
  return pwk_pool_get (machine, PWK_POOL_FILES, files);
}

/* To write; the table is marked as a whole. */
static PwkFiles *
files_edit (PwkMachine *machine, PwkIndex files)
{
  return pwk_pool_edit (machine, PWK_POOL_FILES, files);
}

/* --- inodes --- */

/* A regular file of that name, or of that device and inode number where those are told. 0: the disk
 * has none. By looking at all: files are few, and open () is no hot path. */
static PwkIndex
find_inode (const PwkMachine *machine, PwkIndex name)
{
  for (PwkIndex i = 1; i < machine->st->pools[PWK_POOL_INODE].next; i++)
    {
      const PwkInode *inode = pwk_inode (machine, i);

      if (inode->nlink && inode->kind == PWK_INODE_REGULAR && inode->name == name)
        return i;
    }
  return 0;
}

/* Not referenced yet. Of a size that is there from the beginning all pages have blocks. A regular
 * file has a name on the disk; shared memory and hugetlb's have none, and go with their last user. */
static PwkIndex
new_inode (PwkMachine *machine, PwkIndex name, PwkInodeKind kind, uint64_t size)
{
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_INODE);
  PwkInode *inode;

  pwk_assert_door (kind <= PWK_INODE_HUGETLB);
  if (!index)
    return 0;
  inode = pwk_inode_edit (machine, index);
  inode->name = name;
  inode->kind = (uint8_t) kind;
  inode->nlink = kind == PWK_INODE_REGULAR;
  inode->i_size = size;
  inode->disk_pages = (size + PWK_PAGE_SIZE - 1) >> PWK_PAGE_SHIFT;
  return index;
}

/* iput (). The last reference went. What has a name stays on the disk; else its pages, policies,
 * promises go with it. */
static void
drop_inode (PwkMachine *machine, PwkIndex index)
{
  PwkInode *inode = pwk_inode_edit (machine, index);

  pwk_assert(inode->refcount > 0);
  if (--inode->refcount > 0 || inode->nlink > 0)
    return;
  if (inode->kind == PWK_INODE_HUGETLB)
    pwk_hugetlb_evict_inode (machine, index);
  pwk_page_cache_truncate (machine, index, 0, UINT64_MAX);
  pwk_shared_policy_free (machine, index);
  pwk_vm_acct_memory (machine, -(int64_t) inode->acct_pages);
  pwk_pool_free (machine, PWK_POOL_INODE, index);
}

/* --- open files --- */

/* Referenced, and one reference more to the inode. 0: no record. */
static PwkIndex
new_file (PwkMachine *machine, PwkIndex inode, uint32_t flags)
{
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_FILE);
  PwkFile *file;

  pwk_assert_door (inode != 0);
  if (!index)
    return 0;
  file = pwk_file_edit (machine, index);
  file->inode = inode;
  file->refcount = 1;
  file->f_flags = flags;
  pwk_file_ra_init (file);
  pwk_inode_edit (machine, inode)->refcount++;
  return index;
}

/* 0 is nobody's, and needs no reference. */
void
pwk_file_get (PwkMachine *machine, PwkIndex file)
{
  pwk_assert_door (!file || pwk_file (machine, file)->refcount > 0);
  if (file)
    pwk_file_edit (machine, file)->refcount++;
}

/* fput (): the last one closes it. */
void
pwk_file_put (PwkMachine *machine, PwkIndex index)
{
  PwkFile *file;
  PwkIndex inode;

  if (!index)
    return;
  file = pwk_file_edit (machine, index);
  pwk_assert (file->refcount > 0);
  if (--file->refcount > 0)
    return;
  inode = file->inode;
  pwk_pool_free (machine, PWK_POOL_FILE, index);
  drop_inode (machine, inode);
}

/* Referenced by what is returned alone: it goes when nobody maps it any more. */
PwkIndex
pwk_kernel_file (PwkMachine *machine, const char *name, PwkInodeKind kind, uint64_t size)
{
  PwkIndex file, index;

  if (!pwk_string_fits (machine, name))
    return 0;
  index = new_inode (machine, pwk_string_intern (machine, name), kind, size);
  if (!index)
    return 0;
  file = new_file (machine, index, 2);
  if (!file)
    pwk_pool_free (machine, PWK_POOL_INODE, index);
  return file;
}

/* shmem_kernel_file_setup (). The device is the kernel's internal tmpfs (0:1), inode numbers count
 * up. */
PwkIndex
pwk_shmem_file (PwkMachine *machine, const char *name, uint64_t size)
{
  PwkIndex file = pwk_kernel_file (machine, name, PWK_INODE_SHMEM, size);
  PwkInode *inode;

  if (!file)
    return 0;
  inode = pwk_inode_edit (machine, pwk_file (machine, file)->inode);
  inode->dev_minor = 1;
  inode->ino = ++machine->st->next_shmem_ino;
  return file;
}

/* shmem_zero_setup (). */
PwkIndex
pwk_shmem_zero_file (PwkMachine *machine, uint64_t size)
{
  return pwk_shmem_file (machine, "/dev/zero (deleted)", size);
}

/* The open file is a new one each time, as an execve () or a mmap () of the past made it. */
PwkIndex
pwk_file_for_mapping (PwkMachine *machine, const char *path, uint32_t dev_major, uint32_t dev_minor, uint64_t ino, uint64_t min_size, bool assumed)
{
  PwkIndex name, index;
  PwkInode *inode;

  pwk_assert_door (path && *path);
  if (!pwk_string_fits (machine, path))
    return 0;
  name = pwk_string_intern (machine, path);
  index = find_inode (machine, name);
  if (!index)
    {
      index = new_inode (machine, name, PWK_INODE_REGULAR, MIN (min_size, PWK_S_MAXBYTES));
      if (!index)
        return 0;
      inode = pwk_inode_edit (machine, index);
      inode->dev_major = dev_major;
      inode->dev_minor = dev_minor;
      inode->ino = ino;
      inode->assumed = assumed;
    }
  inode = pwk_inode_edit (machine, index);
  min_size = MIN (min_size, PWK_S_MAXBYTES);   /* a device may be mapped further out; nothing is there */
  if (inode->i_size < min_size)
    {
      inode->i_size = min_size;
      inode->disk_pages = (min_size + PWK_PAGE_SIZE - 1) >> PWK_PAGE_SHIFT;
    }
  return new_file (machine, index, 0);
}

/* --- i_mmap: who maps the file, in the order of mapping. The kernel has an interval tree; all of a
 * list are asked here. --- */

/* To the list's end: rmap walks meet regions in the order in which they were made. */
void
pwk_i_mmap_add (PwkMachine *machine, PwkIndex index)
{
  PwkVma *vma = pwk_vma_edit (machine, index);
  PwkInode *inode;

  pwk_assert_door (!vma->i_mmap_next && !vma->i_mmap_prev);
  if (!vma->vm_file)
    return;
  inode = pwk_inode_edit (machine, pwk_file (machine, vma->vm_file)->inode);
  vma->i_mmap_next = 0;
  vma->i_mmap_prev = inode->i_mmap_last;
  if (inode->i_mmap_last)
    pwk_vma_edit (machine, inode->i_mmap_last)->i_mmap_next = index;
  else
    inode->i_mmap_first = index;
  inode->i_mmap_last = index;
}

/* Out of the middle: both neighbours are known. */
void
pwk_i_mmap_remove (PwkMachine *machine, PwkIndex index)
{
  PwkVma *vma = pwk_vma_edit (machine, index);
  PwkInode *inode;

  if (!vma->vm_file)
    return;
  inode = pwk_inode_edit (machine, pwk_file (machine, vma->vm_file)->inode);
  if (vma->i_mmap_prev)
    pwk_vma_edit (machine, vma->i_mmap_prev)->i_mmap_next = vma->i_mmap_next;
  else
    inode->i_mmap_first = vma->i_mmap_next;
  if (vma->i_mmap_next)
    pwk_vma_edit (machine, vma->i_mmap_next)->i_mmap_prev = vma->i_mmap_prev;
  else
    inode->i_mmap_last = vma->i_mmap_prev;
  vma->i_mmap_next = vma->i_mmap_prev = 0;
}

/* --- descriptors: 0, 1 and 2 are the terminal's --- */

/* Referenced by who asked. 0: no record. */
PwkIndex
pwk_files_new (PwkMachine *machine)
{
  PwkIndex files = pwk_pool_alloc (machine, PWK_POOL_FILES);

  if (files)
    files_edit (machine, files)->refcount = 1;
  return files;
}

/* fork (): every open file is shared from then on, with its position. */
PwkIndex
pwk_files_dup (PwkMachine *machine, PwkIndex old)
{
  PwkIndex files = pwk_files_new (machine);

  pwk_assert_door (!old || files_at (machine, old)->refcount > 0);
  if (!files || !old)
    return files;
  for (unsigned fd = 0; fd < PWK_FILES_MAX; fd++)
    {
      PwkIndex file = files_at (machine, old)->fd[fd];

      files_edit (machine, files)->fd[fd] = file;
      pwk_file_get (machine, file);
    }
  return files;
}

/* CLONE_FILES: threads share one table, so that a descriptor opened by one is there for all. */
void
pwk_files_get (PwkMachine *machine, PwkIndex files)
{
  pwk_assert_door (!files || files_at (machine, files)->refcount > 0);
  if (files)
    files_edit (machine, files)->refcount++;
}

/* The last user closes what is open. */
void
pwk_files_put (PwkMachine *machine, PwkIndex files)
{
  pwk_assert (!files || files_at (machine, files)->refcount > 0);
  if (!files || --files_edit (machine, files)->refcount > 0)
    return;
  for (unsigned fd = 0; fd < PWK_FILES_MAX; fd++)
    pwk_file_put (machine, files_at (machine, files)->fd[fd]);
  pwk_pool_free (machine, PWK_POOL_FILES, files);
}

/* 0: the descriptor is not open. Nothing is referenced by asking. */
PwkIndex
pwk_file_of_fd (const PwkMachine *machine, PwkIndex task, int64_t fd)
{
  PwkIndex files = pwk_task (machine, task)->files;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  return files && fd >= 0 && fd < (int64_t) PWK_FILES_MAX ? files_at (machine, files)->fd[fd] : 0;
}

/* alloc_fd (). The lowest free descriptor, or -EMFILE. A limit of 0 is taken for none told. 0, 1
 * and 2 are never given, as the terminal has them. */
static int64_t
install_fd (PwkMachine *machine, PwkIndex task, PwkIndex file)
{
  uint64_t limit = pwk_task (machine, task)->rlim_cur[PWK_RLIMIT_NOFILE];
  PwkIndex files = pwk_task (machine, task)->files;

  if (!files)
    {
      files = pwk_files_new (machine);
      if (!files)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
      pwk_task_edit (machine, task)->files = files;
    }
  for (unsigned fd = FIRST_FD; fd < PWK_FILES_MAX && (fd < limit || limit == 0); fd++)
    if (!files_at (machine, files)->fd[fd])
      {
        files_edit (machine, files)->fd[fd] = file;
        return fd;
      }
  return pwk_refuse (machine, EMFILE, PWK_WHY_RLIMIT_NOFILE);
}

/* --- open, close --- */

/* The cache is filled as far as there is room: nobody reclaims for it. */
#define GFP_CACHED ((PWK_GFP_HIGHUSER_MOVABLE & ~PWK_GFP_DIRECT_RECLAIM) | PWK_GFP_NOMEMALLOC)
#define CACHED_AT_ONCE 4096u    /* pages */

/* What the scenario says of the file beside the call: it is on the disk like that from the start.
 * The size is set as by a truncation of the past: pages beyond it go. */
static void
apply_extra (PwkMachine *machine, PwkIndex index, const PwkOpenExtra *extra)
{
  PwkInode *inode = pwk_inode_edit (machine, index);

  if (extra->size >= 0 && (uint64_t) extra->size != inode->i_size)
    {
      pwk_truncate (machine, index, (uint64_t) extra->size);
      inode->disk_pages = pwk_inode_pages (machine, index);
    }
  if (extra->dev_major >= 0)
    inode->dev_major = (uint32_t) extra->dev_major;
  if (extra->dev_minor >= 0)
    inode->dev_minor = (uint32_t) extra->dev_minor;
  if (extra->ino >= 0)
    inode->ino = (uint64_t) extra->ino;
}

/* How many of its first pages are to be in the cache. */
static uint64_t
pages_cached (const PwkMachine *machine, PwkIndex index, const PwkOpenExtra *extra)
{
  return extra && extra->cached > 0 ? MIN (pwk_page_align ((uint64_t) extra->cached) >> PWK_PAGE_SHIFT, pwk_inode_pages (machine, index)) : 0;
}

/* Puts pages of the file into the cache from @first on. Up to where they are now: @end, or where no
 * more fits in. Pages that are there stay as they are. */
static uint64_t
fill_cache (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end)
{
  for (; first < end; first++)
    if (pwk_page_cache_get (machine, inode, first) == PWK_NO_PFN
        && pwk_page_cache_create (machine, inode, first, GFP_CACHED) == PWK_NO_PFN)
      break;
  return first;
}

/* The file of that name, made if the disk has none. */
static PwkIndex
open_inode (PwkMachine *machine, const char *path)
{
  PwkIndex name = pwk_string_intern (machine, path);
  PwkIndex index = find_inode (machine, name);

  if (!index)
    {
      index = new_inode (machine, name, PWK_INODE_REGULAR, 0);
      if (index)
        {
          PwkInode *inode = pwk_inode_edit (machine, index);

          inode->dev_major = 8;
          inode->dev_minor = 1;
          inode->ino = 1000 + index;
          inode->dirtied_when = machine->st->n_events + 1;    /* it has just been made */
        }
    }
  return index;
}

/* The file is as it was before the call: it is opened. Returns its descriptor. O_TRUNC does nothing
 * here with O_RDONLY; mode and state of readahead are the open file's, not the inode's. */
static int64_t
open_file (PwkMachine *machine, PwkIndex task, PwkIndex index, uint32_t flags)
{
  PwkIndex file;
  int64_t fd;

  if ((flags & O_TRUNCATE) && (flags & O_ACCESS_MASK))
    pwk_truncate (machine, index, 0);
  file = new_file (machine, index, flags);
  if (!file)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);

  fd = install_fd (machine, task, file);
  if (fd < 0)
    pwk_file_put (machine, file);
  else
    pwk_emit_open (machine, task, (uint64_t) fd, index, pwk_inode (machine, index)->name);
  return fd;
}

/* A step of PWK_OP_OPEN. States: pages cursor … end are still to be cached; then the file is
 * opened, and its descriptor is the result. It rests after each 4096 pages. The cache is filled
 * only as far as there is memory: a scenario that says "cached" means what may be there, and
 * nothing is reclaimed for it. */
void
pwk_open_step (PwkMachine *machine)
{
  PwkOp *op = &machine->st->op;
  PwkIndex inode = (PwkIndex) op->a;
  uint64_t end = MIN (op->end, op->cursor + CACHED_AT_ONCE);

  pwk_assert_door (op->kind == PWK_OP_OPEN && op->cursor < op->end);
  op->cursor = fill_cache (machine, inode, op->cursor, end);
  if (op->cursor == end && end < op->end)
    return;
  op->result = open_file (machine, op->task, inode, (uint32_t) op->b);
  pwk_op_finish (machine);
}

/* open (): a descriptor or -errno. A file that is to have many of its pages in the cache is opened
 * by a long call, whose result is the descriptor. */
int64_t
pwk_sys_open (PwkMachine *machine, PwkIndex task, const char *path, uint64_t flags, const PwkOpenExtra *extra)
{
  uint64_t cached;
  PwkIndex index;

  if (!path || !*path)
    return pwk_refuse (machine, ENOENT, PWK_WHY_PATH_EMPTY);
  if (!pwk_string_fits (machine, path))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NAMES_FULL);
  if (extra && extra->size > (int64_t) PWK_S_MAXBYTES)
    return pwk_refuse (machine, EFBIG, PWK_WHY_FILE_TOO_LARGE);
  index = open_inode (machine, path);
  if (!index)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  if (extra)
    apply_extra (machine, index, extra);
  cached = pages_cached (machine, index, extra);
  if (cached > CACHED_AT_ONCE)
    {
      machine->st->op = (PwkOp) { .kind = PWK_OP_OPEN, .task = task, .end = cached, .a = index, .b = flags };
      return 0;
    }
  fill_cache (machine, index, 0, cached);
  return open_file (machine, task, index, (uint32_t) flags);
}

/* close (): regions that map the file keep it. */
int64_t
pwk_sys_close (PwkMachine *machine, PwkIndex task, int64_t fd)
{
  PwkIndex file = pwk_file_of_fd (machine, task, fd);

  if (!file)
    return pwk_refuse (machine, EBADF, PWK_WHY_BAD_FD);
  pwk_emit_close (machine, task, (uint64_t) fd, pwk_file (machine, file)->inode);
  files_edit (machine, pwk_task (machine, task)->files)->fd[fd] = 0;
  pwk_file_put (machine, file);
  return 0;
}
