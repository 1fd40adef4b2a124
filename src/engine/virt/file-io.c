/* file-io.c - reading, writing, and advice on files
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/filemap.c:filemap_read(), generic_perform_write(), fs/ext4 as far as pages go,
 * mm/fadvise.c. Bytes are copied between pages of the cache and the frames of the caller's buffer;
 * touching that buffer may fault, and its fault may reclaim the very page that is copied, so a page
 * is held while bytes move.
 *
 *      read:    pages ready? ── batch of up to 31 folios ──▶ copy ──▶ mark accessed
 *                  │ none: readahead, then one page
 *      write:   page (read first if only a part is written) ──▶ copy what needs no fault ──▶ dirty ──▶ fault in the rest, once more
 *
 * A buffer address of NO_BUFFER is a scenario that does not say where the bytes are: nothing is
 * copied. Recording: tests/kernel/lru/filecache. */
#include <errno.h>
#include <string.h>

#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-state.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/fault-private.h"
#include "engine/virt/file-io.h"
#include "engine/virt/files.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/readahead.h"
#include "engine/virt/rmap.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/truncate.h"

#define O_ACCESS_MASK 03u
#define O_READ_ONLY   00u
#define O_WRITE_ONLY  01u
#define O_APPENDING   02000u
#define MAX_RW_COUNT  ((uint64_t) 0x7ffff000)
#define MAX_LFS       INT64_MAX
#define IO_PAGES      320u     /* bdi->io_pages: what the disk takes at once, 1280 KiB */
#define NO_BUFFER     UINT64_MAX
#define READ_BATCH    31u      /* PAGEVEC_SIZE */

/* POSIX_FADV_… in the kernel's numbers. */
enum { FADV_NORMAL, FADV_RANDOM, FADV_SEQUENTIAL, FADV_WILLNEED, FADV_DONTNEED, FADV_NOREUSE };

/* FMODE_READ. */
static bool
may_read (const PwkFile *file)
{
  return (file->f_flags & O_ACCESS_MASK) != O_WRITE_ONLY;
}

/* FMODE_WRITE. */
static bool
may_write (const PwkFile *file)
{
  return (file->f_flags & O_ACCESS_MASK) != O_READ_ONLY;
}

/* --- copying between a page of the cache and the caller's buffer --- */

/* Within one frame each. Bytes that were never written are zeros, and written only where something
 * else was. */
static void
copy_bytes (PwkMachine *machine, PwkPfn to, unsigned to_offset, PwkPfn from, unsigned from_offset, unsigned n)
{
  static const uint8_t zeros[PWK_PAGE_SIZE];
  const uint8_t *bytes = pwk_frame_bytes (machine, from);

  if (bytes)
    {
      uint8_t copy[PWK_PAGE_SIZE];   /* the two may be one frame */

      memcpy (copy, bytes + from_offset, n);
      pwk_frame_write (machine, to, to_offset, copy, n);
    }
  else if (pwk_frame_bytes (machine, to))
    pwk_frame_write (machine, to, to_offset, zeros, n);
}

/* copy_folio_to_iter () and its counterpart. Copies @n bytes between the file's page @pfn at
 * @offset and the user's buffer, page by page of that, each faulted in. Returns how many could be;
 * fewer: EFAULT. */
static unsigned
copy_user (PwkMachine *machine, PwkIndex task, PwkPfn pfn, unsigned offset, uint64_t buf, unsigned n, bool to_user)
{
  unsigned done = 0;

  if (buf == NO_BUFFER)
    return n;
  while (done < n)
    {
      unsigned at = (unsigned) ((buf + done) & ~PWK_PAGE_MASK);
      unsigned piece = MIN (n - done, (unsigned) PWK_PAGE_SIZE - at);
      PwkPfn user = pwk_user_page (machine, task, buf + done, to_user);

      if (user == PWK_NO_PFN)
        break;
      if (to_user)
        copy_bytes (machine, user, at, pfn, offset + done, piece);
      else
        copy_bytes (machine, pfn, offset + done, user, at, piece);
      done += piece;
    }
  return done;
}

/* --- read --- */

/* Follows mm/filemap.c:filemap_get_read_batch(). Where the cached folios from @index up to @end
 * reach, the first that is not up to date or marked for readahead being the last that counts; it
 * begins at *@last. Returns @index if there is none. */
static uint64_t
read_batch (const PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t end, uint64_t *last)
{
  PwkPfn pfn;

  for (unsigned folios = 0; folios < READ_BATCH && index < end && (pfn = pwk_page_cache_get (machine, inode, index)) != PWK_NO_PFN; folios++)
    {
      *last = index;
      index = pwk_cache_folio_first (machine, pfn) + pwk_cache_folio_pages (machine, pfn);
      if (!pwk_page_is_uptodate (machine, pfn) || pwk_folio_test (machine, pfn, PWK_PG_READAHEAD))
        break;
    }
  return index;
}

/* filemap_readahead (): what comes after the batch is read ahead. The batch is held meanwhile, so that whatever memory that needs is not
 * taken from it. */
static void
read_ahead_of_batch (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t last, uint64_t end)
{
  PwkIndex inode = pwk_file (machine, file)->inode;
  PwkPfn heads[READ_BATCH], pfn = PWK_NO_PFN;
  unsigned n = 0;

  while (n < READ_BATCH && index <= last && (pfn = pwk_page_cache_get (machine, inode, index)) != PWK_NO_PFN)
    {
      heads[n] = pwk_page_head (machine, pfn);
      pwk_folio_get (machine, heads[n++]);
      index = pwk_cache_folio_first (machine, pfn) + pwk_cache_folio_pages (machine, pfn);
    }
  pfn = pwk_page_cache_get (machine, inode, last);
  pwk_page_cache_async_ra (machine, file, pwk_cache_folio_first (machine, pfn), end - pwk_cache_folio_first (machine, pfn));
  while (n > 0)
    pwk_folio_put (machine, heads[--n]);
}

/* Follows mm/filemap.c:filemap_get_pages(). Pages from @index, of which there are to be up to @end;
 * up to where they can be copied now, @index without memory. What is missing is read ahead, and if
 * that did not bring it, alone. */
static uint64_t
get_pages (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t end)
{
  PwkIndex inode = pwk_file (machine, file)->inode;
  uint64_t last = index, ready = read_batch (machine, inode, index, end, &last);
  PwkPfn pfn;

  if (ready == index)
    {
      pwk_page_cache_sync_ra (machine, file, index, end - index);
      ready = read_batch (machine, inode, index, end, &last);
    }
  if (ready == index && pwk_write_begin (machine, inode, index, true) != PWK_NO_PFN)
    ready = index + 1;
  if (ready == index)
    return index;
  pfn = pwk_page_cache_get (machine, inode, last);
  if (pwk_folio_test (machine, pfn, PWK_PG_READAHEAD))
    read_ahead_of_batch (machine, file, index, last, end);
  if (pwk_page_is_uptodate (machine, pfn))
    return ready;
  if (last > index)    /* it is waited for when those before it are copied */
    return last;
  pwk_read_in (machine, inode, last, pfn);   /* filemap_update_page () */
  return ready;
}

/* Whether the two places in the file lie in one folio, that at @pos: it counts as accessed once by
 * reads that follow each other in it. */
static bool
pos_same_folio (const PwkMachine *machine, PwkIndex inode, uint64_t pos, uint64_t other)
{
  PwkPfn pfn = pwk_page_cache_get (machine, inode, pos >> PWK_PAGE_SHIFT);
  unsigned shift = PWK_PAGE_SHIFT + (pfn == PWK_NO_PFN ? 0 : pwk_cache_folio_order (machine, pfn));

  return pos >> shift == other >> shift;
}

/* filemap_read (). A read that goes on from one page of a folio to the next has accessed it once. */
static int64_t
filemap_read (PwkMachine *machine, PwkIndex task, PwkIndex file, uint64_t buf, uint64_t n, uint64_t pos)
{
  PwkIndex inode = pwk_file (machine, file)->inode;
  uint64_t size = pwk_inode (machine, inode)->i_size, end = (pos + n + PWK_PAGE_SIZE - 1) >> PWK_PAGE_SHIFT, done = 0, ready = 0;
  uint64_t last_pos = pwk_file (machine, file)->ra_prev_pos;
  bool first, same = false;
  int64_t error = 0;

  while (done < n && pos < size && !error)
    {
      uint64_t index = pos >> PWK_PAGE_SHIFT;
      unsigned offset = (unsigned) (pos & ~PWK_PAGE_MASK);
      unsigned piece = (unsigned) MIN (MIN (n - done, size - pos), PWK_PAGE_SIZE - offset);
      PwkPfn pfn, head;
      unsigned copied;

      first = index >= ready;
      if (first)
        {
          ready = get_pages (machine, file, index, end);
          same = last_pos && pos_same_folio (machine, inode, pos, last_pos - 1);
        }
      pfn = index < ready ? pwk_page_cache_get (machine, inode, index) : PWK_NO_PFN;
      if (index < ready && pfn == PWK_NO_PFN)    /* bringing the buffer in took it */
        {
          ready = index;
          continue;
        }
      if (index >= ready)
        {
          error = pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
          break;
        }
      head = pwk_page_head (machine, pfn);
      pwk_folio_get (machine, head);
      if (first ? !same : pfn == head)
        pwk_folio_mark_accessed (machine, head);
      copied = copy_user (machine, task, pfn, offset, buf == NO_BUFFER ? buf : buf + done, piece, true);
      pwk_folio_put (machine, head);
      done += copied;
      pos += copied;
      last_pos = pos;
      if (copied < piece)
        error = pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
    }
  pwk_file_edit (machine, file)->ra_prev_pos = last_pos;   /* not before: the next batch of pages is still judged by the read before */
  return done ? (int64_t) done : error;
}

/* rw_verify_area (): no place that a file has is beyond what loff_t holds. */
static bool
area_is_valid (uint64_t pos, uint64_t n)
{
  return (int64_t) n >= 0 && (int64_t) (pos + n) >= 0;
}

/* pread (), and with @offset -1 read (), which moves the file's position. */
int64_t
pwk_sys_pread (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t buf, uint64_t n, int64_t offset)
{
  PwkIndex file = pwk_file_of_fd (machine, task, fd);
  uint64_t pos;
  int64_t result;

  if (offset < -1)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_NEGATIVE);
  if (!file || !may_read (pwk_file (machine, file)))
    return pwk_refuse (machine, EBADF, file ? PWK_WHY_NOT_READABLE : PWK_WHY_BAD_FD);
  pos = offset < 0 ? pwk_file (machine, file)->f_pos : (uint64_t) offset;
  if (buf != NO_BUFFER && n && (buf + n < buf || buf + n > pwk_mm (machine, pwk_task (machine, task)->mm)->task_size))
    return pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
  if (!area_is_valid (pos, n))
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_OVERFLOW);
  n = MIN (n, MAX_RW_COUNT);
  result = n ? filemap_read (machine, task, file, buf, n, pos) : 0;
  if (offset < 0 && result > 0)
    pwk_file_edit (machine, file)->f_pos += (uint64_t) result;
  return result;
}

/* --- write --- */

/* Follows mm/filemap.c, where it uses copy_folio_from_iter_atomic(). Bytes of [@buf, @buf + @n)
 * that can be read without a fault: while a page is locked for writing its own buffer must not
 * fault, or the fault could wait for that page. */
static unsigned
readable_at_once (const PwkMachine *machine, PwkIndex task, uint64_t buf, unsigned n)
{
  PwkPfn pgd = pwk_mm (machine, pwk_task (machine, task)->mm)->pgd;
  unsigned done = 0;

  while (buf != NO_BUFFER && done < n)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, pgd, buf + done, PWK_LEVEL_PTE);

      if (!pwk_pte_hw_present (pwk_entry_get (machine, ref)))
        return done;
      done += (unsigned) PWK_PAGE_SIZE - (unsigned) ((buf + done) & ~PWK_PAGE_MASK);
    }
  return n;
}

/* Follows fs/ext4/inode.c:ext4_da_do_write_end(). The file ends at @end at least, and what is
 * between its old end and @pos reads as zeros. */
static void
grow_to (PwkMachine *machine, PwkIndex index, uint64_t pos, uint64_t end)
{
  uint64_t size = pwk_inode (machine, index)->i_size;

  if (end <= size)
    return;
  if (pos > size && machine->profile->growth_zeroes_tail)
    pwk_zero_eof_block (machine, index, size);
  pwk_inode_edit (machine, index)->i_size = end;
}

/* fault_in_iov_iter_readable (): whether anything of [@buf, @buf + @n) can be read now; what can is
 * brought in. */
static bool
fault_in_readable (PwkMachine *machine, PwkIndex task, uint64_t buf, unsigned n)
{
  bool any = false;

  for (uint64_t at = buf; at < buf + n; at = (at & PWK_PAGE_MASK) + PWK_PAGE_SIZE)
    {
      if (pwk_user_page (machine, task, at, false) == PWK_NO_PFN)
        break;
      any = true;
    }
  return any;
}

/* Follows mm/filemap.c:generic_perform_write(), a round of it within one page. The bytes are copied
 * as far as that needs no fault; a page that is not up to date takes all of them or none
 * (ext4_da_write_end ()), since the rest of it is not known. Returns how many it took, or -ENOMEM. */
static int64_t
write_round (PwkMachine *machine, PwkIndex task, PwkIndex inode, uint64_t buf, unsigned n, uint64_t pos)
{
  uint64_t index = pos >> PWK_PAGE_SHIFT;
  unsigned offset = (unsigned) (pos & ~PWK_PAGE_MASK);
  bool hole = !pwk_inode_has_block (machine, inode, index);
  PwkPfn pfn = pwk_write_begin (machine, inode, index, n == PWK_PAGE_SIZE), head;
  unsigned copied = readable_at_once (machine, task, buf, n);
  bool whole_block;

  if (pfn == PWK_NO_PFN)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  head = pwk_page_head (machine, pfn);
  pwk_folio_get (machine, head);
  whole_block = n == PWK_PAGE_SIZE && !hole && !(pwk_page (machine, head)->pg_flags & PWK_PG_DIRTY);
  if (copied < n && !pwk_page_is_uptodate (machine, pfn))
    copied = 0;
  copied = copy_user (machine, task, pfn, offset, buf, copied, false);
  pwk_inode_add_block (machine, inode, index);
  grow_to (machine, inode, pos, pos + copied);
  /* Even a round that took nothing leaves a page: a new block is zeroed (folio_zero_new_buffers ())
   * and dirty, one that was to be written in part has been read; only one that was to be written in
   * whole is not up to date. And block_commit_write () takes no bytes from the middle of a block
   * for some. */
  if (copied || !whole_block)
    pwk_page_set_flags (machine, head, PWK_PG_UPTODATE, 0);
  if ((copied || hole || offset) && machine->profile->write_keeps_mark)
    pwk_buffer_mark_dirty (machine, pfn);
  else if (copied || hole || offset)
    pwk_page_mark_dirty (machine, pfn);
  pwk_folio_put (machine, head);
  return copied;
}

/* Follows mm/filemap.c:generic_perform_write(), of ext4. Rounds until all is written, or the buffer
 * cannot be read: then what was written counts, or -EFAULT. A round that took nothing is tried with
 * what is there, then after faulting in. */
static int64_t
perform_write (PwkMachine *machine, PwkIndex task, PwkIndex inode, uint64_t buf, uint64_t n, uint64_t pos)
{
  uint64_t done = 0;

  while (done < n)
    {
      unsigned piece = (unsigned) MIN (n - done, PWK_PAGE_SIZE - (pos & ~PWK_PAGE_MASK));
      uint64_t from = buf == NO_BUFFER ? buf : buf + done;
      unsigned at_once;
      int64_t took;

      if (machine->profile->write_faults_in_first && buf != NO_BUFFER && !fault_in_readable (machine, task, from, piece))
        return done ? (int64_t) done : pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
      if (machine->config->large_folios)
        pwk_write_begin_large (machine, inode, pos, n - done);
      at_once = readable_at_once (machine, task, from, piece);
      took = write_round (machine, task, inode, from, piece, pos);
      if (took == 0 && at_once)   /* once more with what can be had */
        took = write_round (machine, task, inode, from, at_once, pos);
      if (took < 0)
        return done ? (int64_t) done : took;
      if (took == 0 && (!fault_in_readable (machine, task, from, piece) || readable_at_once (machine, task, from, piece) == 0))
        return done ? (int64_t) done : pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
      pos += (uint64_t) took;
      done += (uint64_t) took;
    }
  return (int64_t) done;
}

/* pwrite (), and with @offset -1 write (). O_APPEND writes at the end wherever it is told to. */
int64_t
pwk_sys_pwrite (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t buf, uint64_t n, int64_t offset)
{
  PwkIndex file = pwk_file_of_fd (machine, task, fd);
  uint64_t pos;
  int64_t result;

  if (offset < -1)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_NEGATIVE);
  if (!file || !may_write (pwk_file (machine, file)))
    return pwk_refuse (machine, EBADF, file ? PWK_WHY_NOT_WRITABLE : PWK_WHY_BAD_FD);
  if (buf != NO_BUFFER && n && (buf + n < buf || buf + n > pwk_mm (machine, pwk_task (machine, task)->mm)->task_size))
    return pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
  pos = offset < 0 ? pwk_file (machine, file)->f_pos : (uint64_t) offset;
  if (!area_is_valid (pos, n))
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_OVERFLOW);
  if (pwk_file (machine, file)->f_flags & O_APPENDING)
    pos = pwk_inode (machine, pwk_file (machine, file)->inode)->i_size;
  n = MIN (n, MAX_RW_COUNT);
  if (n && pos >= PWK_S_MAXBYTES)
    return pwk_refuse (machine, EFBIG, PWK_WHY_FILE_TOO_LARGE);
  n = MIN (n, PWK_S_MAXBYTES - MIN (pos, PWK_S_MAXBYTES));   /* generic_write_checks_count () */
  result = n ? perform_write (machine, task, pwk_file (machine, file)->inode, buf, n, pos) : 0;
  if (offset < 0 && result > 0)
    pwk_file_edit (machine, file)->f_pos = pos + (uint64_t) result;
  return result;
}

/* --- the rest --- */

/* ftruncate (). */
int64_t
pwk_sys_ftruncate (PwkMachine *machine, PwkIndex task, int64_t fd, int64_t length)
{
  PwkIndex file = pwk_file_of_fd (machine, task, fd);

  if (length < 0)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_NEGATIVE);
  if (!file)
    return pwk_refuse (machine, EBADF, PWK_WHY_BAD_FD);
  if (!may_write (pwk_file (machine, file)))
    return pwk_refuse (machine, EINVAL, PWK_WHY_NOT_WRITABLE);
  if ((uint64_t) length > PWK_S_MAXBYTES)   /* inode_newsize_ok () */
    return pwk_refuse (machine, EFBIG, PWK_WHY_FILE_TOO_LARGE);
  pwk_truncate (machine, pwk_file (machine, file)->inode, (uint64_t) length);
  return 0;
}

/* fsync (), fdatasync (): the file's pages are on the disk afterwards. */
int64_t
pwk_sys_fsync (PwkMachine *machine, PwkIndex task, int64_t fd)
{
  PwkIndex file = pwk_file_of_fd (machine, task, fd);

  if (!file)
    return pwk_refuse (machine, EBADF, PWK_WHY_BAD_FD);
  pwk_file_write_and_wait (machine, pwk_file (machine, file)->inode, 0, UINT64_MAX);
  return 0;
}

/* As much as the disk takes at once: WILLNEED is a hint, and not to fill memory. */
void
pwk_file_willneed (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end)
{
  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_INODE, inode));
  end = MIN (end, pwk_inode_pages (machine, inode));
  if (first < end)
    pwk_force_page_cache_ra (machine, inode, first, MIN (end - first, IO_PAGES));
}

/* readahead (): the same as fadvise (WILLNEED), but the file must be open for reading. */
int64_t
pwk_sys_readahead (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t offset, uint64_t count)
{
  PwkIndex file = pwk_file_of_fd (machine, task, fd);

  if (!file || !may_read (pwk_file (machine, file)))
    return pwk_refuse (machine, EBADF, file ? PWK_WHY_NOT_READABLE : PWK_WHY_BAD_FD);
  return pwk_sys_fadvise (machine, task, fd, offset, count, FADV_WILLNEED);
}

/* Follows mm/fadvise.c:generic_fadvise(), POSIX_FADV_DONTNEED. Pages that lie whole in the range,
 * or reach to the end of the file: a page of which only a part is given up stays. Dirty ones are
 * written, which may leave them under writeback, and so in the cache. */
static void
fadvise_dontneed (PwkMachine *machine, PwkIndex inode, uint64_t offset, uint64_t last_byte)
{
  uint64_t first = (offset + PWK_PAGE_SIZE - 1) >> PWK_PAGE_SHIFT, last = last_byte >> PWK_PAGE_SHIFT, nr_failed = 0;

  pwk_file_write (machine, inode, offset >> PWK_PAGE_SHIFT, last);
  if ((last_byte & ~PWK_PAGE_MASK) != ~PWK_PAGE_MASK && last_byte != pwk_inode (machine, inode)->i_size - 1)
    {
      if (last == 0)
        return;
      last--;
    }
  if (last < first)
    return;
  pwk_lru_add_drain (machine);
  pwk_invalidate_pages (machine, inode, first, last, &nr_failed);
  if (!nr_failed)
    return;
  pwk_lru_add_drain_all (machine);   /* another cpu's batches may hold them */
  pwk_invalidate_pages (machine, inode, first, last, NULL);
}

/* Follows mm/fadvise.c:generic_fadvise(). RANDOM and SEQUENTIAL are of the open file, the others of
 * its pages. NOREUSE is taken and means nothing here. A length of 0 reaches to the end of the file,
 * and one that wraps, too. */
int64_t
pwk_sys_fadvise (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t offset, uint64_t len, int64_t advice)
{
  PwkIndex index = pwk_file_of_fd (machine, task, fd);
  uint64_t last_byte = len == 0 || offset + len < offset ? (uint64_t) MAX_LFS : offset + len - 1;
  PwkFile *file;

  if (!index)
    return pwk_refuse (machine, EBADF, PWK_WHY_BAD_FD);
  if ((int64_t) len < 0)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_NEGATIVE);
  file = pwk_file_edit (machine, index);
  switch (advice)
    {
    case FADV_NORMAL:
      file->ra_pages = PWK_RA_PAGES;
      file->f_mode &= (uint16_t) ~PWK_FMODE_RANDOM;
      return 0;
    case FADV_RANDOM:
      file->f_mode |= PWK_FMODE_RANDOM;
      return 0;
    case FADV_SEQUENTIAL:
      file->ra_pages = PWK_RA_PAGES * 2;
      file->f_mode &= (uint16_t) ~PWK_FMODE_RANDOM;
      return 0;
    case FADV_WILLNEED:
      if (pwk_inode_has_disk (machine, file->inode))
        pwk_file_willneed (machine, file->inode, offset >> PWK_PAGE_SHIFT, (last_byte >> PWK_PAGE_SHIFT) + 1);
      return 0;
    case FADV_DONTNEED:
      fadvise_dontneed (machine, file->inode, offset, last_byte);
      return 0;
    case FADV_NOREUSE:
      return 0;
    default:
      return pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_UNKNOWN);
    }
}
