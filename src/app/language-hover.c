/* language-hover.c - explains the word under the pointer where the text is edited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/language-hover.h"

#include <string.h>

#include "app/completion.h"

struct _PwkLanguageHover
{
  GObject      parent_instance;

  PwkDocument *document;  /* owned */
};

static void hover_iface_init (GtkSourceHoverProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PwkLanguageHover, pwk_language_hover, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_HOVER_PROVIDER, hover_iface_init))

static void
append_label (GtkWidget *box, const char *text, const char *style)
{
  GtkWidget *label;

  if (!text)
    return;
  label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 70);
  if (style)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
make_tip (const PwkWordTip *tip)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_add_css_class (box, "language-tip");
  append_label (box, tip->title, "heading");
  append_label (box, tip->text, NULL);
  append_label (box, tip->example, "help-code");
  return box;
}

/* The line at @iter, and in it where the word begins and ends that @iter is in. Caller frees. */
static char *
line_at (const GtkTextIter *iter, char **word, char **end)
{
  GtkTextIter start = *iter, stop = *iter;
  g_autofree char *before = NULL;
  char *line;

  gtk_text_iter_set_line_offset (&start, 0);
  if (!gtk_text_iter_ends_line (&stop))
    gtk_text_iter_forward_to_line_end (&stop);
  before = gtk_text_iter_get_text (&start, iter);
  line = gtk_text_iter_get_text (&start, &stop);
  *word = (char *) pwk_completion_word_start (line, line + strlen (before));
  *end = *word;
  while (g_ascii_isalnum (**end) || **end == '_')
    (*end)++;
  return line;
}

GtkWidget *
pwk_language_hover_tip (PwkDocument *document, const GtkTextIter *iter)
{
  GtkSourceBuffer *buffer = pwk_document_get_buffer (document);
  char *start, *end;
  g_autofree char *line = line_at (iter, &start, &end);
  g_autofree char *word = g_strndup (start, (gsize) (end - start));
  g_auto(PwkWordTip) tip = { 0 };

  if (!*word || gtk_source_buffer_iter_has_context_class (buffer, iter, "comment")
      || gtk_source_buffer_iter_has_context_class (buffer, iter, "string"))
    return NULL;
  if (!pwk_completion_explain (&tip, pwk_document_get_script (document), word, pwk_completion_place (line, start)))
    return NULL;
  return make_tip (&tip);
}

static gboolean
populate (GtkSourceHoverProvider *provider, GtkSourceHoverContext *context, GtkSourceHoverDisplay *display, GError **error)
{
  GtkTextIter iter;
  GtkWidget *tip = NULL;

  if (gtk_source_hover_context_get_iter (context, &iter))
    tip = pwk_language_hover_tip (PWK_LANGUAGE_HOVER (provider)->document, &iter);
  if (tip)
    gtk_source_hover_display_append (display, tip);
  return tip != NULL;
}

static void
hover_iface_init (GtkSourceHoverProviderInterface *iface)
{
  iface->populate = populate;
}

static void
pwk_language_hover_finalize (GObject *object)
{
  g_object_unref (PWK_LANGUAGE_HOVER (object)->document);
  G_OBJECT_CLASS (pwk_language_hover_parent_class)->finalize (object);
}

static void
pwk_language_hover_class_init (PwkLanguageHoverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_language_hover_finalize;
}

static void
pwk_language_hover_init (PwkLanguageHover *self)
{
}

GtkSourceHoverProvider *
pwk_language_hover_new (PwkDocument *document)
{
  PwkLanguageHover *self = g_object_new (PWK_TYPE_LANGUAGE_HOVER, NULL);

  self->document = g_object_ref (document);
  return GTK_SOURCE_HOVER_PROVIDER (self);
}
