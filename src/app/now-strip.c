/* now-strip.c - what happens now in two lines: a sentence and the kernel's call chain; the rule behind it on demand
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/now-strip.h"

#include <string.h>

#include "app/document-link.h"
#include "views/explain.h"
#include "views/view-common.h"

struct _PwkNowStrip
{
  AdwBin       parent_instance;

  PwkDocument *document;      /* owned */
  uint32_t     key;
  gboolean     wants_hash;

  /* template children */
  GtkWidget     *lines;
  GtkMenuButton *more;
  GtkLabel      *number, *sentence, *chain, *whole, *why, *functions;
};

G_DEFINE_FINAL_TYPE (PwkNowStrip, pwk_now_strip, ADW_TYPE_BIN)

static const PwkModelClass now_class = { pwk_now_build, pwk_now_free };

static char *
format_number (const PwkSnapshot *snapshot)
{
  g_autofree char *n = pwk_format_count (snapshot->position);
  g_autofree char *end = pwk_format_count (MAX (snapshot->known_end, snapshot->position));
  g_autofree char *time = pwk_format_ns (snapshot->ns);

  if (snapshot->position == 0 && snapshot->state == PWK_STATE_SEEKING)
    /* Translators: how far a scenario that is being opened has been run */
    return g_strdup_printf (_("%s events so far"), end);
  if (snapshot->position == 0)
    return g_strdup (_("Power is off"));
  /* Translators: the number of the event shown, that of the last one known, and the simulated time since power-on */
  if (snapshot->end_is_final)
    return g_strdup_printf (_("Event %s of %s · %s"), n, end, time);
  /* Translators: the same, while it is not known yet how many events there are: at least so many */
  return g_strdup_printf (_("Event %s of %s or more · %s"), n, end, time);
}

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text && text[0] != '\0');
}

/* "a › b › c": the statement first, the event's own function last; with their files, one a line, behind the button. */
static void
show_chain (PwkNowStrip *self, char **chain)
{
  g_autoptr(GString) line = g_string_new (NULL);
  g_autofree char *all = chain ? g_strjoinv ("\n", chain) : NULL;

  for (guint i = 0; chain && chain[i]; i++)
    {
      const char *end = strstr (chain[i], "  ");

      if (line->len > 0)
        g_string_append (line, " › ");
      g_string_append_len (line, chain[i], end ? end - chain[i] : (gssize) strlen (chain[i]));
    }
  gtk_label_set_text (self->chain, line->str);
  set_text (self->functions, all);
}

static void
show_hash (PwkNowStrip *self, const PwkSnapshot *snapshot)
{
  g_autofree char *hash = NULL;

  if (!self->wants_hash)
    return;
  hash = g_strdup_printf ("position %" G_GUINT64_FORMAT " hash %016" G_GINT64_MODIFIER "x", snapshot->position, snapshot->hash);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->number), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, hash, -1);
}

/* Where a recording is over that was not followed wholly, that is what there is to say of it first. NULL: it was, or this is not its end. */
static char *
end_of_record (const PwkSnapshot *snapshot)
{
  if (snapshot->n_lost == 0 || !snapshot->end_is_final || snapshot->position < snapshot->known_end)
    return NULL;
  return g_strdup_printf (ngettext ("The record is over; %u of its calls that change memory was not followed.",
                                    "The record is over; %u of its calls that change memory were not followed.", snapshot->n_lost),
                          snapshot->n_lost);
}

static void
show_sentence (PwkNowStrip *self, const PwkSnapshot *snapshot, const PwkNowModel *now)
{
  const char *sentence = now->sentence && now->sentence[0] != '\0' ? now->sentence : _("Nothing has happened yet.");
  g_autofree char *end = end_of_record (snapshot);
  g_autofree char *whole = end ? g_strconcat (sentence, "\n", end, NULL) : g_strdup (sentence);

  gtk_label_set_text (self->sentence, end ? end : sentence);
  gtk_label_set_text (self->whole, whole);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sentence), whole);
}

static void
take_snapshot (PwkNowStrip *self)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  const PwkNowModel *now = pwk_snapshot_model (snapshot, self->key);
  g_autofree char *number = format_number (snapshot);

  gtk_label_set_text (self->number, number);
  show_hash (self, snapshot);
  if (!now && snapshot->state == PWK_STATE_SEEKING)
    gtk_label_set_text (self->sentence, _("Being opened. Ctrl+. stops it."));
  if (!now)
    return;
  show_sentence (self, snapshot, now);
  set_text (self->why, now->why);
  show_chain (self, now->chain);
}

void
pwk_now_strip_set_folded (PwkNowStrip *self, gboolean folded)
{
  gtk_widget_set_visible (self->lines, !folded);
  gtk_widget_set_hexpand (GTK_WIDGET (self), !folded);
  gtk_menu_button_set_label (self->more, folded ? _("What happens now") : _("Why?"));
}

GtkWidget *
pwk_now_strip_new (void)
{
  return g_object_new (PWK_TYPE_NOW_STRIP, NULL);
}

static void
wish_for_now (PwkNowStrip *self)
{
  pwk_document_set_wish (self->document, self->key, &now_class, NULL, NULL);
  if (self->wants_hash)
    pwk_session_want_hash (pwk_document_get_session (self->document), true);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkNowStrip, document),
  .key = G_STRUCT_OFFSET (PwkNowStrip, key),
  .enter = G_CALLBACK (wish_for_now),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) } },
};

static void
pwk_now_strip_dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_NOW_STRIP);
  G_OBJECT_CLASS (pwk_now_strip_parent_class)->dispose (object);
}

static void
pwk_now_strip_class_init (PwkNowStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pwk_now_strip_dispose;
  pwk_document_link_install (object_class, &document_link);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/now-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, lines);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, more);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, number);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, sentence);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, chain);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, whole);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, why);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, functions);
}

static void
pwk_now_strip_init (PwkNowStrip *self)
{
  self->wants_hash = g_strcmp0 (g_getenv ("PAGEWALK_TEST_HASH"), "1") == 0;
  gtk_widget_init_template (GTK_WIDGET (self));
}
