# pagewalk-cli.bash - completion of pagewalk-cli's commands, options and names for bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The program itself is asked what there is, so that nothing is said twice.

_pagewalk_cli ()
{
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} word=$2 before=$3 words=

    if ((COMP_CWORD == 1)); then
        words="$("$program" help --list 2>/dev/null | sed -n 's/\tcommand$//p')"
    elif [[ $word == -* ]]; then
        words="$("$program" "$command" --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*')"
    elif [[ $before == --view ]]; then
        words="$("$program" views 2>/dev/null | cut -f1)"
    elif [[ $before == --set ]]; then
        words="$("$program" help --list 2>/dev/null | sed -n 's/\tkey$/=/p')"
        compopt -o nospace 2>/dev/null
    elif [[ $command == help ]]; then
        words="$("$program" help --list 2>/dev/null | cut -f1)"
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _pagewalk_cli pagewalk-cli
