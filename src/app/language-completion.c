/* language-completion.c - proposes words of the scenario language where the text is edited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/language-completion.h"

#include <string.h>

#include "app/completion.h"

#define MAX_PROPOSALS 60

/* --- a proposal --- */

#define PWK_TYPE_WORD_PROPOSAL (pwk_word_proposal_get_type ())
G_DECLARE_FINAL_TYPE (PwkWordProposal, pwk_word_proposal, PWK, WORD_PROPOSAL, GObject)

struct _PwkWordProposal
{
  GObject      parent_instance;

  char        *word;      /* owned */
  PwkWordPlace place;
  PwkWordTip   tip;       /* owned; may be empty */
};

G_DEFINE_FINAL_TYPE_WITH_CODE (PwkWordProposal, pwk_word_proposal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL, NULL))

static void
pwk_word_proposal_finalize (GObject *object)
{
  PwkWordProposal *self = PWK_WORD_PROPOSAL (object);

  g_free (self->word);
  pwk_word_tip_clear (&self->tip);
  G_OBJECT_CLASS (pwk_word_proposal_parent_class)->finalize (object);
}

static void
pwk_word_proposal_class_init (PwkWordProposalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_word_proposal_finalize;
}

static void
pwk_word_proposal_init (PwkWordProposal *self)
{
}

/* --- the provider --- */

struct _PwkLanguageCompletion
{
  GObject      parent_instance;

  PwkDocument *document;  /* owned */
};

static void completion_iface_init (GtkSourceCompletionProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PwkLanguageCompletion, pwk_language_completion, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROVIDER, completion_iface_init))

/* The line up to the end of the word that is being typed; @word is where that begins. Caller frees. */
static char *
line_of (GtkSourceCompletionContext *context, const char **word)
{
  GtkTextIter begin, end;
  char *line;

  gtk_source_completion_context_get_bounds (context, &begin, &end);
  gtk_text_iter_set_line_offset (&begin, 0);
  line = gtk_text_iter_get_text (&begin, &end);
  *word = pwk_completion_word_start (line, line + strlen (line));
  return line;
}

/* What stands in a comment is no word of the language. */
static gboolean
is_in_code (GtkSourceCompletionContext *context)
{
  GtkTextIter begin, end;

  gtk_source_completion_context_get_bounds (context, &begin, &end);
  return !gtk_source_buffer_iter_has_context_class (gtk_source_completion_context_get_buffer (context), &begin, "comment")
         && !gtk_source_buffer_iter_has_context_class (gtk_source_completion_context_get_buffer (context), &begin, "string");
}

static void
fill (PwkLanguageCompletion *self, GtkSourceCompletionContext *context, GListStore *proposals)
{
  const char *word;
  g_autofree char *line = line_of (context, &word);
  PwkWordPlace place = pwk_completion_place (line, word);
  const PwkScript *script = pwk_document_get_script (self->document);
  g_autoptr(GPtrArray) words = pwk_completion_find (script, word, place, MAX_PROPOSALS);

  g_list_store_remove_all (proposals);
  for (guint i = 0; i < words->len && is_in_code (context); i++)
    {
      g_autoptr(PwkWordProposal) proposal = g_object_new (PWK_TYPE_WORD_PROPOSAL, NULL);

      proposal->word = g_strdup (g_ptr_array_index (words, i));
      proposal->place = place;
      pwk_completion_explain (&proposal->tip, script, proposal->word, place);
      g_list_store_append (proposals, proposal);
    }
}

static GListModel *
populate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GError **error)
{
  GListStore *proposals = g_list_store_new (PWK_TYPE_WORD_PROPOSAL);

  fill (PWK_LANGUAGE_COMPLETION (provider), context, proposals);
  return G_LIST_MODEL (proposals);
}

static void
refilter (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GListModel *model)
{
  fill (PWK_LANGUAGE_COMPLETION (provider), context, G_LIST_STORE (model));
}

/* Behind the word what it takes or is, in the comment what it does; all of it with the details. */
static void
display (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal,
         GtkSourceCompletionCell *cell)
{
  const PwkWordProposal *word = PWK_WORD_PROPOSAL (proposal);
  const PwkWordTip *tip = &word->tip;
  const char *in_title = tip->title ? strstr (tip->title, word->word) : NULL;
  g_autofree char *details = NULL;

  switch (gtk_source_completion_cell_get_column (cell))
    {
    case GTK_SOURCE_COMPLETION_COLUMN_TYPED_TEXT:
      gtk_source_completion_cell_set_text (cell, word->word);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_AFTER:
      gtk_source_completion_cell_set_text (cell, in_title && word->place != PWK_WORD_KEY ? in_title + strlen (word->word) : "");
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_COMMENT:
      gtk_source_completion_cell_set_text (cell, tip->text);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_DETAILS:
      details = tip->text ? g_strconcat (tip->text, tip->example ? "\n" : NULL, tip->example, NULL) : NULL;
      gtk_source_completion_cell_set_text (cell, details);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_ICON:
    case GTK_SOURCE_COMPLETION_COLUMN_BEFORE:
    default:
      gtk_source_completion_cell_set_text (cell, NULL);
      break;
    }
}

static void
activate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal)
{
  const PwkWordProposal *word = PWK_WORD_PROPOSAL (proposal);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context));
  const char *suffix = pwk_completion_suffix (word->word, word->place);
  GtkTextIter begin, end;

  gtk_source_completion_context_get_bounds (context, &begin, &end);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &begin, &end);
  gtk_text_buffer_insert (buffer, &begin, word->word, -1);
  if (gtk_text_iter_get_char (&begin) != (gunichar) suffix[0])
    gtk_text_buffer_insert (buffer, &begin, suffix, -1);
  gtk_text_buffer_end_user_action (buffer);
}

static void
completion_iface_init (GtkSourceCompletionProviderInterface *iface)
{
  iface->populate = populate;
  iface->refilter = refilter;
  iface->display = display;
  iface->activate = activate;
}

static void
pwk_language_completion_finalize (GObject *object)
{
  g_object_unref (PWK_LANGUAGE_COMPLETION (object)->document);
  G_OBJECT_CLASS (pwk_language_completion_parent_class)->finalize (object);
}

static void
pwk_language_completion_class_init (PwkLanguageCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_language_completion_finalize;
}

static void
pwk_language_completion_init (PwkLanguageCompletion *self)
{
}

GtkSourceCompletionProvider *
pwk_language_completion_new (PwkDocument *document)
{
  PwkLanguageCompletion *self = g_object_new (PWK_TYPE_LANGUAGE_COMPLETION, NULL);

  self->document = g_object_ref (document);
  return GTK_SOURCE_COMPLETION_PROVIDER (self);
}
