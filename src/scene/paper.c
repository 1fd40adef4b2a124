/* paper.c - what of a scene goes into a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/paper.h"

#include "scene/text.h"

#define MARGIN 16.0

static PwkBox
common (PwkBox a, PwkBox b)
{
  double x = fmax (a.x, b.x);
  double y = fmax (a.y, b.y);

  return pwk_box (x, y, fmin (a.x + a.w, b.x + b.w) - x, fmin (a.y + a.h, b.y + b.h) - y);
}

/* A text is as large as what is written, whatever room it has. */
static bool
text_box (const PwkItem *item, const PwkTheme *theme, PwkBox *box)
{
  PwkTextPlace place;

  if (!pwk_text_place (theme, item, &place))
    return false;

  *box = (item->flags & PWK_FLAG_VERTICAL) != 0 ? item->box : pwk_box (place.x, place.y, place.width, place.height);
  return true;
}

static bool
shape_box (const PwkItem *item, PwkBox *box)
{
  double edge = item->stroke != PWK_ROLE_NONE ? item->line_width / 2.0 : 0.0;

  if (item->kind == PWK_ITEM_TEXT || (item->fill == PWK_ROLE_NONE && item->stroke == PWK_ROLE_NONE && item->cells == NULL))
    return false;

  *box = pwk_box_inset (item->box, -edge, -edge);
  return true;
}

/* False: nothing of it is seen. */
static bool
seen_box (const PwkItem *item, const PwkTheme *theme, PwkBox *box)
{
  PwkBox shape = { 0 }, text = { 0 };
  bool has_shape = shape_box (item, &shape);
  bool has_text = text_box (item, theme, &text);

  if (!(item->opacity > 0.0f) || !(has_shape || has_text))
    return false;

  *box = has_shape && has_text ? pwk_box_union (shape, text) : has_shape ? shape : text;
  if (item->clip != NULL)
    *box = common (*box, *item->clip);

  return box->w > 0.0 || box->h > 0.0;
}

PwkBox
pwk_paper_content (const PwkScene *scene, const PwkTheme *theme)
{
  PwkBox content = { 0 };
  bool found = false;
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    {
      PwkBox box;

      if (!seen_box (&items[i], theme, &box))
        continue;
      content = found ? pwk_box_union (content, box) : box;
      found = true;
    }

  return content;
}

/* Its edges lie on whole units, so that lines stay as crisp as in the scene. */
PwkPaper
pwk_paper_trimmed (PwkBox content)
{
  double x = floor (content.x - MARGIN);
  double y = floor (content.y - MARGIN);
  double width = ceil (content.x + content.w + MARGIN) - x;
  double height = ceil (content.y + content.h + MARGIN) - y;

  return (PwkPaper) { pwk_box (x, y, width, height), width, height };
}

PwkPaper
pwk_paper_exact (PwkBox content, double width, double height)
{
  double scale = fmin (width / fmax (content.w, 1.0), height / fmax (content.h, 1.0));
  PwkPoint middle = pwk_box_centre (content);
  PwkBox source = pwk_box (middle.x - width / scale / 2.0, middle.y - height / scale / 2.0, width / scale, height / scale);

  return (PwkPaper) { source, width, height };
}
