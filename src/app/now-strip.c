/* now-strip.c - what happens now: one sentence, the rule behind it, the kernel's call chain
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/now-strip.h"

#include <string.h>

#include "views/explain.h"
#include "views/view-common.h"

struct _PwkNowStrip
{
  AdwBin       parent_instance;

  PwkDocument *document;      /* owned */
  uint32_t     key;
  gulong       on_snapshot;
  gboolean     wants_hash;

  /* template children */
  GtkLabel    *number, *sentence, *why, *chain;
};

enum { PROP_0, PROP_DOCUMENT, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PwkNowStrip, pwk_now_strip, ADW_TYPE_BIN)

static const PwkModelClass now_class = { pwk_now_build, pwk_now_free };

static char *
format_number (const PwkSnapshot *snapshot)
{
  g_autofree char *n = pwk_format_count (snapshot->position);
  g_autofree char *end = pwk_format_count (MAX (snapshot->known_end, snapshot->position));
  g_autofree char *time = pwk_format_ns (snapshot->ns);

  if (snapshot->position == 0)
    return g_strdup (_("Power is off"));
  /* Translators: the number of the event shown, that of the last one known, and the simulated time since power-on */
  if (snapshot->end_is_final)
    return g_strdup_printf (_("Event %s of %s · %s"), n, end, time);
  /* Translators: the same, while it is not known yet how many events there are: at least so many */
  return g_strdup_printf (_("Event %s of %s or more · %s"), n, end, time);
}

/* "a ← b ← c": the event's own function first, the statement last, with each file once in the tooltip. */
static void
show_chain (PwkNowStrip *self, char **chain)
{
  g_autoptr(GString) line = g_string_new (NULL);
  g_autofree char *all = chain ? g_strjoinv ("\n", chain) : NULL;

  for (guint i = 0; chain && chain[i]; i++)
    {
      const char *end = strstr (chain[i], "  ");

      if (line->len > 0)
        g_string_append (line, " → ");
      g_string_append_len (line, chain[i], end ? end - chain[i] : (gssize) strlen (chain[i]));
    }
  gtk_label_set_text (self->chain, line->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->chain), all);
  gtk_widget_set_visible (GTK_WIDGET (self->chain), line->len > 0);
}

/* One line; all of it is in the tooltip. */
static void
show_why (PwkNowStrip *self, const char *why)
{
  g_auto(GStrv) lines = g_strsplit (why ? why : "", "\n", -1);
  g_autofree char *line = g_strjoinv ("  ", lines);

  gtk_label_set_text (self->why, line);
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

static void
take_snapshot (PwkDocument *document, PwkNowStrip *self)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (document);
  const PwkNowModel *now = pwk_snapshot_model (snapshot, self->key);
  g_autofree char *number = format_number (snapshot);

  gtk_label_set_text (self->number, number);
  show_hash (self, snapshot);
  if (!now)
    return;
  gtk_label_set_text (self->sentence, now->sentence && now->sentence[0] != '\0' ? now->sentence : _("Nothing has happened yet."));
  show_why (self, now->why);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->why), now->why);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sentence), now->sentence);
  show_chain (self, now->chain);
}

GtkWidget *
pwk_now_strip_new (void)
{
  return g_object_new (PWK_TYPE_NOW_STRIP, NULL);
}

static void
set_document (PwkNowStrip *self, PwkDocument *document)
{
  if (self->document)
    {
      g_clear_signal_handler (&self->on_snapshot, self->document);
      pwk_document_set_wish (self->document, self->key, NULL, NULL, NULL);
    }
  g_set_object (&self->document, document);
  if (!document)
    return;
  self->key = pwk_document_new_wish_key (document);
  self->on_snapshot = g_signal_connect (document, "snapshot", G_CALLBACK (take_snapshot), self);
  pwk_document_set_wish (document, self->key, &now_class, NULL, NULL);
  if (self->wants_hash)
    pwk_session_want_hash (pwk_document_get_session (document), true);
}

static void
pwk_now_strip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, PWK_NOW_STRIP (object)->document);
}

static void
pwk_now_strip_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  set_document (PWK_NOW_STRIP (object), g_value_get_object (value));
}

static void
pwk_now_strip_dispose (GObject *object)
{
  set_document (PWK_NOW_STRIP (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_NOW_STRIP);
  G_OBJECT_CLASS (pwk_now_strip_parent_class)->dispose (object);
}

static void
pwk_now_strip_class_init (PwkNowStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = pwk_now_strip_get_property;
  object_class->set_property = pwk_now_strip_set_property;
  object_class->dispose = pwk_now_strip_dispose;
  props[PROP_DOCUMENT] = g_param_spec_object ("document", NULL, NULL, PWK_TYPE_DOCUMENT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/now-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, number);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, sentence);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, why);
  gtk_widget_class_bind_template_child (widget_class, PwkNowStrip, chain);
}

static void
pwk_now_strip_init (PwkNowStrip *self)
{
  self->wants_hash = g_strcmp0 (g_getenv ("PAGEWALK_TEST_HASH"), "1") == 0;
  gtk_widget_init_template (GTK_WIDGET (self));
}
