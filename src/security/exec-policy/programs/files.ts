import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'

const grepOptions: ProgramSpec = {
  options: {
    plain:
      '-e= --regexp= -m= --max-count= -A= -B= -C= --after-context= --before-context= --context= --color=? --include= --exclude= -d= -D=',
    reads: '-f= --file= --exclude-from=',
  },
  operands: ['text', 'reads'],
}

/** Programs that read and write files, with the options that do more. From the manual pages of coreutils, findutils, diffutils, sed, tar, curl and others. */
export const files: ProgramSpecs = {
  'cat head tail wc nl stat du df cut paste comm column cmp md5sum sha1sum sha224sum sha256sum sha512sum b2sum cksum sum od hexdump strings tac rev expand unexpand fold fmt pr join look':
    { operands: ['reads'] },
  'grep egrep fgrep zgrep': grepOptions,
  tr: {},
  ls: {},
  'tee sponge': { operands: ['writes'], transparent: false },
  // Its text is a program, which `unwrap-sed.ts` reads.
  'sed gsed': {
    given: true,
    same: '-i --in-place|-n --quiet --silent|-E -r --regexp-extended|-e --expression|-f --file',
    operands: ['text'],
    options: {
      plain:
        '-n --quiet --silent -E -r --regexp-extended -s --separate -u --unbuffered -z --null-data --debug --posix --sandbox -e= --expression= -l= --line-length= --follow-symlinks -b --binary',
      ...{ writes: '-i=? --in-place=?', code: '-f= --file=', inert: '--help --version' },
    },
  },
  sort: {
    operands: ['reads'],
    options: {
      plain:
        '-k= --key= -t= --field-separator= -S= --buffer-size= --batch-size= --parallel= --sort= -c --check=? --compress',
      shell: '--compress-program=',
      writes: '-o= --output= -T= --temporary-directory=',
      reads: '--files0-from= --random-source=',
    },
  },
  uniq: {
    operands: ['reads', 'writes'],
    options: { plain: '-f= --skip-fields= -s= --skip-chars= -w= --check-chars= -D --all-repeated=? --group=?' },
  },
  xxd: {
    operands: ['reads', 'writes'],
    options: { plain: '-c= -cols= -g= -l= -len= -s= -seek= -o= -n= -name= -R=' },
  },
  file: {
    operands: ['reads'],
    options: {
      plain: '-F= --separator= -e= --exclude= -P= --parameter= -b -i -L -h -k -r -z -s -0 -p -d -E -S',
      reads: '-f= --files-from= -m= --magic-file=',
      effect: '-C --compile -Z --uncompress-noreport',
    },
  },
  tree: {
    operands: ['reads'],
    options: { plain: '-L= -P= -I= --charset= --filelimit= --timefmt= --sort=? -H= -T=', writes: '-o= --output=' },
  },
  date: { options: { plain: '-d= --date= -r= --reference= -f= --file= -I=? --iso-8601=?', effect: '-s= --set=' } },
  hostname: {
    options: {
      plain:
        '-a --alias -A --all-fqdns -d --domain -f --fqdn --long -i --ip-address -I --all-ip-addresses -s --short -y --yp --nis',
      ...{ effect: '-b --boot -F= --file=', inert: '-V --version -h --help' },
    },
    operands: ['effect'],
  },
  diff: {
    operands: ['reads'],
    options: {
      plain:
        '-u -U= --unified=? -c -C= --context=? -W= --width= -x= --exclude= -I= --ignore-matching-lines= --label= -L= --color=? -F= -S= -D= --horizon-lines= --tabsize= --palette=',
      reads: '-X= --exclude-from= --from-file= --to-file=',
    },
  },
  rg: {
    operands: ['text', 'reads'],
    options: {
      plain:
        '-e= --regexp= -g= --glob= --iglob= -t= --type= -T= --type-not= -A= -B= -C= -m= --max-count= -M= --max-columns= -d= --max-depth= -j= --threads= --color= --colors= -r= --replace= --sort= --sortr= -E= --encoding= --engine= --type-add= --type-clear= --pre-glob= --max-filesize= --path-separator= --context-separator= --dfa-size-limit= --regex-size-limit= --null-data --count --json --files --hidden',
      ...{ shell: '--pre= --hostname-bin=', reads: '-f= --file= --ignore-file=' },
    },
  },
  'fd fdfind': {
    options: {
      plain:
        '-e= --extension= -t= --type= -d= --max-depth= --min-depth= -E= --exclude= -c= --color= -j= --threads= -S= --size= --changed-within= --changed-before= -o= --owner= --format= --max-results= -g -F -H -I -u -L -p -0 -a -l -i -s -q -1',
      ...{
        command: '-x --exec -X --exec-batch',
        moves: '-C= --base-directory=',
        reads: '--ignore-file= --search-path=',
      },
    },
  },
  'find gfind': {
    style: 'whole',
    options: {
      plain:
        '-name= -iname= -path= -ipath= -wholename= -iwholename= -regex= -iregex= -lname= -ilname= -type= -xtype= -maxdepth= -mindepth= -size= -perm= -user= -group= -uid= -gid= -mtime= -ctime= -atime= -mmin= -cmin= -amin= -newer= -samefile= -inum= -links= -fstype= -printf= -regextype= -D=',
      ...{
        command: '-exec -execdir -ok -okdir',
        effect: '-delete',
        writes: '-fls= -fprint= -fprint0= -fprintf=',
        reads: '-files0-from=',
      },
    },
    operands: ['reads'],
  },
  less: { operands: ['reads'], effect: 'can start programs' },
  more: { operands: ['reads'], effect: 'can start programs' },
  'man info': {
    options: {
      plain:
        '-k --apropos -f --whatis -w --where --path -a --all -s= -S= --sections= -L= --locale= -M= --manpath= -m= --systems= -K',
      shell: '-P= --pager= -H=? --html=? -p= --preprocessor= -B= --browser=',
      code: '-C= --config-file= -X=? --gxditview=? -l --local-file -t --troff -T=? --troff-device=? -Z --ditroff',
    },
  },
  cp: {
    operands: ['copy'],
    options: {
      plain:
        '-a -f -i -l -L -n -p -P -r -R -s -u -v -x -H -d -b -S= --suffix= --backup=? --preserve=? --no-preserve= --reflink=? --sparse= --update=? -T -Z --context=?',
      writes: '-t= --target-directory=',
    },
  },
  mv: {
    operands: ['move'],
    options: {
      plain: '-f -i -n -u -v -b -S= --suffix= --backup=? --update=? -T -Z',
      writes: '-t= --target-directory=',
    },
  },
  'ln install': {
    operands: ['copy'],
    options: {
      plain:
        '-f -i -s -n -v -b -r -L -P -S= --suffix= --backup=? -T -d -D -p -c -C -m= --mode= -o= --owner= -g= --group=',
      ...{ shell: '--strip-program=', writes: '-t= --target-directory=' },
    },
  },
  rm: {
    operands: ['writes'],
    options: {
      plain:
        '-r -R --recursive -f --force -i -I -v --verbose -d --dir --one-file-system --no-preserve-root --preserve-root=? --interactive=?',
    },
    same: '-r -R --recursive|-f --force|-d --dir',
  },
  'touch mkdir rmdir truncate unlink shred mkfifo mknod': {
    operands: ['writes'],
    options: {
      plain: '-m= --mode= -s= --size= -d= --date= -t= -n= --iterations=',
      reads: '-r= --reference= --random-source=',
    },
  },
  'chmod chown chgrp': { operands: ['text', 'writes'] },
  dd: {},
  tar: {
    options: {
      plain:
        '-c -x -t -r -u -A -d --create --extract --get --list --append --update --concatenate --diff --compare --delete -z --gzip -j --bzip2 -J --xz -Z --compress --zstd --lzma -v --verbose -p -k -m -O -S -W -h -P -O --to-stdout -a --auto-compress -N= -b= -H= --format= --strip-components= --exclude= --owner= --group= --mode= --mtime= --sort= --checkpoint=? -V= --label= --wildcards --anchored --transform= --xform= -L= -g= --listed-incremental=',
      shell:
        '-I= --use-compress-program= --to-command= -F= --info-script= --new-volume-script= --rsh-command= --rmt-command=',
      ...{
        code: '--checkpoint-action=',
        writes: '-f= --file= --index-file=',
        reads: '-T= --files-from= -X= --exclude-from=',
        moves: '-C= --directory=',
      },
    },
    fills: {
      when: '-x --extract --get',
      unless: '-O --to-stdout --to-command',
      into: '-C --directory',
      reads: '-x --extract --get -t --list -d --diff --compare',
    },
  },
  zip: {
    operands: ['writes', 'reads'],
    options: { plain: '-T -r -q -j -u -m -x -i -d -o -l -n= -P= -t=', shell: '-TT= --unzip-command=' },
  },
  unzip: {
    operands: ['reads', 'text'],
    options: { plain: '-q -j -u -x -o -l -n -P= -t -p -c -v -z -Z -f -a -d=' },
    fills: { unless: '-l -t -p -c -v -z -Z', into: '-d' },
  },
  'gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 zcat bzcat xzcat': {
    options: { plain: '-S= --suffix= -T= --threads= -k -d -c -f -t -l -v -q', writes: '-o=' },
  },
  'curl wget2': {
    options: {
      plain:
        '-X= --request= -H= --header= -u= --user= -A= --user-agent= -e= --referer= --url= -m= --max-time= --connect-timeout= --retry= -x= --proxy= -w= --write-out= -r= --range= -s -S -L -f -i -I -k -v -G -O --remote-name --remote-name-all -J -# --data-raw= --data-urlencode= -d= --data= --json= -F= --form= -b= --cookie= -E= --cert= --key= --cacert= --resolve= --create-dirs',
      ...{
        writes:
          '-o= --output= -c= --cookie-jar= -D= --dump-header= --trace= --trace-ascii= --stderr= --output-dir= --etag-save= --hsts=',
        reads: '-T= --upload-file= --data-binary=',
      },
      code: '-K= --config= --engine=',
    },
    fills: { when: '-O --remote-name --remote-name-all', into: '--output-dir' },
  },
  wget: {
    fills: { unless: '-O --output-document --spider', into: '-P --directory-prefix' },
    options: {
      plain:
        '--spider -q -c -r -N -nc -nv -np --header= -U= --user-agent= --user= --password= -t= --tries= -T= --timeout= -w= --wait= -l= --level= --post-data=',
      ...{
        writes: '-O= --output-document= -o= --output-file= -a= --append-output= -P= --directory-prefix=',
        shell: '--use-askpass=',
        code: '-e= --execute= --config=',
        reads: '-i= --input-file= --post-file=',
      },
    },
  },
  rsync: {
    operands: ['copy'],
    options: {
      plain: '-a -v -z -r -l -p -t -n -u -P -h --exclude= --include= --delete --port=',
      shell: '-e= --rsh= --rsync-path=',
      writes: '--log-file= --backup-dir=',
    },
  },
  'scp sftp': {
    operands: ['copy'],
    options: { plain: '-r -p -q -v -C -P= -i= -l= -c= -B -3 -4 -6', shell: '-S= -D=', code: '-o= -F= -b=' },
  },
  jq: {
    operands: ['text', 'reads'],
    options: {
      plain: '-r -c -n -s -e -a -S -M -C -j --arg= --argjson= --tab --indent= -L=',
      reads: '-f= --from-file= --slurpfile= --rawfile=',
    },
  },
  yq: { options: { effect: '-i --inplace' } },
  patch: {
    operands: ['writes', 'reads'],
    options: {
      plain: '-p= -N -R -s -u -b -l -t -f -F= -z= -B= -V=',
      writes: '-o= --output= -r= --reject-file=',
      reads: '-i= --input=',
      moves: '-d= --directory=',
      effect: '-e --ed',
    },
  },
  split: {
    operands: ['reads', 'writes'],
    options: {
      plain: '-a= -b= -C= -l= -n= -d -x -t= --bytes= --lines= --number= --suffix-length=',
      shell: '--filter=',
    },
  },
  csplit: { operands: ['reads', 'text'], effect: 'writes files' },
}

/** Programs that start no others and whose options have no effects of their own. */
export const plainPrograms =
  'basename dirname realpath readlink echo printf true false pwd uname whoami id which seq sleep test [ expr factor yes tty nproc arch groups logname users who w uptime free ps pgrep lsof lsblk mount ping ping6 host dig nslookup getent locale tput clear cal mktemp sync kill pkill killall type hash umask ulimit shift return break continue exit cd pushd popd dirs pwd set unset export declare typeset local readonly let read wait jobs fg bg disown suspend times getopts : trap alias unalias shopt caller mapfile readarray getconf numfmt base64 base32 basenc shuf tsort ptx dircolors printenv iconv dos2unix unix2dos nc tload vmstat iostat lscpu lsusb lspci dmesg'
