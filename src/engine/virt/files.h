/* files.h - open files and tables of descriptors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files are indices, 0 is none; whoever stores one holds a reference (pwk_file_get ()). */
#pragma once

#include "engine/virt/inode.h"

#define PWK_FMODE_RANDOM  1u             /* POSIX_FADV_RANDOM */

/* struct file: one open (), and struct file_ra_state with it: of what was read ahead for this file,
 *
 *      ra_start                    ra_start + ra_size
 *      [ …………………………………………………… │ ra_async_size ]        the page at │ has PG_readahead: who comes to it
 *                                                          starts the next window, so that reading never has to wait
 */
typedef struct
{
  PwkIndex inode;
  int32_t  refcount;                   /* descriptors and regions */
  uint32_t f_flags;
  uint16_t f_mode;                     /* PWK_FMODE_ */
  uint16_t ra_order;                   /* of the folios that readahead asks for next */
  uint64_t f_pos;                      /* bytes */
  uint64_t ra_start;                   /* struct file_ra_state, pages */
  uint32_t ra_size, ra_async_size, ra_pages, ra_mmap_miss;
  uint64_t ra_prev_pos;                /* bytes, -1 none */
  PwkIndex put_next;                   /* on the list of a munmap () that puts it at its end; 0 on none, its own index: the last */
  uint32_t reserved;
} PwkFile;
PWK_RECORD (file, PwkFile, PWK_POOL_FILE)

/* A task's descriptors (struct files_struct), one record of PWK_POOL_FILES. */
#define PWK_FILES_RECORD  2048
#define PWK_FILES_MAX ((PWK_FILES_RECORD - 8) / 4)
typedef struct
{
  int32_t  refcount;             /* tasks that share it */
  uint32_t reserved;
  PwkIndex fd[PWK_FILES_MAX];    /* PwkFile, 0 closed; 0, 1, 2 are the terminal's and are never used here */
} PwkFiles;

G_STATIC_ASSERT (sizeof (PwkFiles) == PWK_FILES_RECORD);

/* References. */
void     pwk_file_get        (PwkMachine *machine, PwkIndex file);
void     pwk_file_put        (PwkMachine *machine, PwkIndex file);
/* PWK_OP_OPEN's piece: some of the pages that the file is to have in the cache, and at last the
 * descriptor. */
void     pwk_open_step       (PwkMachine *machine);
PwkIndex pwk_file_of_fd      (const PwkMachine *machine, PwkIndex task, int64_t fd);   /* 0: EBADF */
/* A file of the kernel's own in memory, which no folder has, of @size bytes; referenced; 0 no
 * memory. And one of shared memory. */
PwkIndex pwk_kernel_file     (PwkMachine *machine, const char *name, PwkInodeKind kind, uint64_t size);
PwkIndex pwk_shmem_file      (PwkMachine *machine, const char *name, uint64_t size);
PwkIndex pwk_shmem_zero_file (PwkMachine *machine, uint64_t size);                     /* "/dev/zero (deleted)", referenced; 0 no memory */
/* A file known by name, referenced, opened O_RDONLY, made with enough size if the disk has none:
 * process (maps=) and assumed mappings. */
PwkIndex pwk_file_for_mapping (PwkMachine *machine, const char *path, uint32_t dev_major, uint32_t dev_minor, uint64_t ino, uint64_t min_size, bool assumed);
/* The region enters, or leaves, its file's list of mappings. Nothing for one without a file. */
void     pwk_i_mmap_add      (PwkMachine *machine, PwkIndex vma);
void     pwk_i_mmap_remove   (PwkMachine *machine, PwkIndex vma);
/* Descriptors: shared by CLONE_FILES, copied by fork, closed at exit. */
PwkIndex pwk_files_new       (PwkMachine *machine);
PwkIndex pwk_files_dup       (PwkMachine *machine, PwkIndex files);
void     pwk_files_get       (PwkMachine *machine, PwkIndex files);
void     pwk_files_put       (PwkMachine *machine, PwkIndex files);
