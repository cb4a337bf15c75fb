# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of tripartite's command line for bash.

_tripartite() {
    local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]}
    local before='' verb=${COMP_WORDS[1]:-} choices=''
    [ "$COMP_CWORD" -gt 0 ] && before=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'check export info merge models plot report run sweep verify view --help --version' -- "$word")
        return
    fi
    case $before in
    -o | --output | --from | -s | --set | --over | --trials | -j | --jobs | --shard | --commit-every | --limit | --port)
        [ "$before" = -o ] || [ "$before" = --output ] || [ "$before" = --from ] &&
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --npz | --nwb)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    -c | --csv | --sonata)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    -k | --keys)
        mapfile -t COMPREPLY < <(compgen -W 'anan cell classification forecast memory' -- "$word")
        return
        ;;
    esac
    case $verb in
    run) choices='--output --set --quiet --from --resume --fresh --commit-every --jobs --help' ;;
    sweep) choices='--over --trials --output --set --jobs --shard --resume --fresh --quiet --help' ;;
    merge) choices='--output --quiet --help' ;;
    verify) choices='--output --set --quiet --work-precision --help' ;;
    check) choices='--keys --set --help' ;;
    export) choices='--csv --npz --nwb --sonata --group --quiet --help' ;;
    info) choices='--scenario --resolved --help' ;;
    plot) choices='--output --list --help' ;;
    report) choices='--output --limit --help' ;;
    view) choices='--open --port --help' ;;
    models) choices='--markdown --help' ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
    elif [ "$verb" = models ]; then
        mapfile -t COMPREPLY < <(
            compgen -W "$("$program" models 2>/dev/null | sed '/^$/,$d; s/ .*//')" -- "$word")
    elif [ "$verb" = plot ] && [ "$COMP_CWORD" -eq 3 ]; then
        mapfile -t COMPREPLY < <(
            compgen -W "$("$program" plot --list 2>/dev/null | awk '{print $1}')" -- "$word")
    else
        local pattern='!*.h5'
        [ "$verb" = run ] || [ "$verb" = sweep ] || [ "$verb" = check ] || [ "$verb" = verify ] && pattern='!*.@(yaml|yml)'
        shopt -q extglob || shopt -s extglob
        mapfile -t COMPREPLY < <(
            compgen -f -X "$pattern" -- "$word"
            compgen -d -- "$word")
    fi
}

complete -o filenames -F _tripartite tripartite
