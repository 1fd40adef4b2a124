/* app-test.h - a document with a small scenario, and waiting for what comes, for the tests of the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* A process that gets memory, touches it, forks and ends; some hundred events. */
#define TEST_SCENARIO \
  "machine(memory=64M, cpus=2, seed=7)\n" \
  "process(A)\n" \
  "[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n" \
  "[A] touch(p, 64K, \"w\") = 16\n" \
  "alloc_pages(GFP_KERNEL, 3) = block\n" \
  "[A] munmap(p, 16K) = 0\n" \
  "free_pages(block, 3)\n"

/* On a busy machine the engine's thread may have to wait for its turn. */
#define TEST_PATIENCE_S 60

typedef gboolean (*TestCondition) (gpointer data);

/* Runs the main loop until @holds does, and fails if that takes too long. */
static inline void
test_wait (TestCondition holds, gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;

  while (!holds (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

/* Lets what is due happen, for about @ms. */
static inline void
test_settle (unsigned ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < end || g_main_context_pending (NULL))
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

/* The template child of that name below @root, or NULL. */
static inline GtkWidget *
part (GtkWidget *root, const char *name)
{
  GtkWidget *found = g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (root)), name) == 0 ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found; child = gtk_widget_get_next_sibling (child))
    found = part (child, name);
  return found;
}

/* The first widget of that type at or below @widget, or NULL. */
static inline GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found; child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);
  return found;
}

static inline gboolean
test_is_final (gpointer data)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot && snapshot->end_is_final && snapshot->position > 0;
}

/* A document at the end of TEST_SCENARIO. */
static inline PwkDocument *
test_document (void)
{
  PwkDocument *document = pwk_document_new ();
  g_autoptr(GError) error = NULL;

  pwk_document_load_text (document, "test.pwk", TEST_SCENARIO, &error);
  g_assert_no_error (error);
  test_wait (test_is_final, document);
  return document;
}

typedef struct { PwkDocument *document; uint64_t position; } TestPlace;

static inline gboolean
test_is_there (gpointer data)
{
  const TestPlace *place = data;
  PwkSnapshot *snapshot = pwk_document_get_snapshot (place->document);

  return snapshot && snapshot->position == place->position;
}

static inline void
test_go_to (PwkDocument *document, uint64_t position)
{
  TestPlace place = { document, position };

  pwk_document_go_to (document, position);
  test_wait (test_is_there, &place);
}

static inline uint64_t
test_position (PwkDocument *document)
{
  return pwk_document_get_snapshot (document)->position;
}
