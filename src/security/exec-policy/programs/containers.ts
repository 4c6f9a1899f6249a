import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'

const inContainer: ProgramSpec = { style: 'exact', unlisted: 'unknown', operands: ['text', 'command'] }

const exec: ProgramSpec = {
  ...inContainer,
  options: {
    plain:
      '-d --detach --detach-keys= -e= --env= --env-file= -i --interactive --privileged -t --tty -u= --user= -w= --workdir= --index= -T --no-tty --no-TTY',
  },
}

const run: ProgramSpec = {
  ...inContainer,
  options: {
    plain:
      '--add-host= --annotation= -a= --attach= --blkio-weight= --cap-add= --cap-drop= --cgroup-parent= --cgroupns= --cidfile= --cpu-period= --cpu-quota= -c= --cpu-shares= --cpus= --cpuset-cpus= --cpuset-mems= --detach-keys= --device= --device-cgroup-rule= --dns= --dns-option= --dns-search= --domainname= -e= --env= --env-file= --expose= --gpus= --group-add= -h= --hostname= --ip= --ip6= --ipc= -l= --label= --label-file= --link= --log-driver= --log-opt= --mac-address= -m= --memory= --memory-reservation= --memory-swap= --mount= --name= --network= --net= --network-alias= --oom-score-adj= --pid= --pids-limit= --platform= -p= --publish= --pull= --restart= --runtime= --security-opt= --shm-size= --stop-signal= --stop-timeout= --storage-opt= --sysctl= --tmpfs= --ulimit= -u= --user= --userns= --uts= -v= --volume= --volume-driver= --volumes-from= -w= --workdir= -d --detach --init -i --interactive --no-healthcheck --privileged -P --publish-all -q --quiet --read-only --rm --sig-proxy -t --tty --build -T --no-deps --service-ports --remove-orphans --use-aliases',
    shell: '--entrypoint= --health-cmd=',
  },
}

const compose = {
  exec,
  run,
  'build config create down events images kill logs ls pause port ps pull push restart rm start stop top unpause up version wait':
    {},
}

const composeOptions = {
  plain:
    '-f= --file= -p= --project-name= --profile= --env-file= --project-directory= --progress= --ansi= --parallel= -H= --host= -c= --context= --log-level= --workdir= --all-resources --compatibility --dry-run --verbose --no-ansi',
  inert: '-v --version',
}

const docker = {
  exec,
  'run create': run,
  'build images image tag push pull ps logs inspect rm rmi save load import history start stop restart kill pause unpause port rename stats top wait attach commit cp diff export login logout search info version events volume network':
    {},
  container: {
    runsElsewhere: {
      exec,
      'run create': run,
      'ls list ps logs inspect rm start stop restart kill pause unpause port rename stats top wait attach commit cp diff export prune':
        {},
    },
  },
}

const kubectlOptions =
  '--as= --as-group= --as-uid= --as-user-extra= --cache-dir= --certificate-authority= --client-certificate= --client-key= --cluster= --context= --kubeconfig= --log-flush-frequency= --log-backtrace-at= --log-dir= --log-file= --log-file-max-size= -n= --namespace= --password= --profile= --profile-output= --request-timeout= -s= --server= --stderrthreshold= --tls-server-name= --token= --user= --username= -v= --v= --vmodule= --kuberc= --disable-compression --insecure-skip-tls-verify --match-server-version --warnings-as-errors --alsologtostderr --logtostderr -f= --filename= -l= --selector= -o= --output= -k= --kustomize= --field-selector= --grace-period= --timeout= --template= -A --all-namespaces --all --force --now -R --recursive --ignore-not-found'

const runsInPod: ProgramSpec = {
  ...inContainer,
  options: {
    plain: `${kubectlOptions} -c= --container= -i --stdin -t --tty -q --quiet --image= --env= --labels= --restart= --rm --attach --pod-running-timeout=`,
  },
}

const kubectl: ProgramSpec = {
  style: 'exact',
  lists: true,
  elsewhere: 'container',
  options: { plain: kubectlOptions },
  runsElsewhere: {
    'exec run': runsInPod,
    'get describe logs apply create delete edit explain expose label annotate patch replace rollout scale autoscale set top taint cordon uncordon drain wait diff kustomize auth api-resources api-versions cluster-info certificate cp port-forward proxy attach config version events':
      {},
  },
}

/** Programs of containers and clusters, which run what they run elsewhere. From docker(1), `kubectl options` and the site of helm. */
export const containers: ProgramSpecs = {
  'docker podman podman-remote nerdctl': {
    style: 'exact',
    elsewhere: 'container',
    runsElsewhere: { ...docker, compose: { style: 'exact', options: composeOptions, runsElsewhere: compose } },
    synonyms:
      'push, image push, manifest push, compose push, compose build --push, build --push, buildx build --push, image build --push, builder build --push, buildx bake --push | pull, image pull | build, image build, buildx build, buildx b, builder build | images, image ls, image list | rmi, image rm, image remove | tag, image tag | save, image save | load, image load | import, image import | history, image history | attach, container attach | commit, container commit | cp, container cp | create, container create | diff, container diff | exec, container exec | export, container export | kill, container kill | logs, container logs | ps, container ls, container ps, container list | pause, container pause | port, container port | rename, container rename | restart, container restart | rm, container rm, container remove | run, container run | start, container start | stats, container stats | stop, container stop | top, container top | unpause, container unpause | update, container update | wait, container wait | inspect, container inspect, image inspect | events, system events | info, system info | volume rm, volume remove | network rm, network remove | volume ls, volume list | network ls, network list | login, registry login | service rm, service remove | stack rm, stack remove, stack down | stack deploy, stack up | context rm, context remove | node rm, node remove | secret rm, secret remove | config rm, config remove | plugin rm, plugin remove',
    options: {
      plain:
        '--config= -c= --context= -H= --host= -l= --log-level= --tlscacert= --tlscert= --tlskey= --connection= --url= --identity= --root= --runroot= --storage-driver= --storage-opt= --cgroup-manager= --conmon= --network-cmd-path= --network-config-dir= --hooks-dir= --imagestore= --module= --out= --runtime= --ssh= --tmpdir= --volumepath= --events-backend= -n= --namespace= -a= --address= --snapshotter= --cni-path= --cni-netconfpath= --data-root= -D --debug --tls --tlsverify',
      inert: '-v --version',
    },
    subcommands: {
      run: {
        options: { plain: '-a= -h= -c= -m= -w= -e= -p= -l= -u= --network= --net= --name= --volume= --entrypoint=' },
      },
      'push pull login logout': { options: { plain: '-q -a -u= -p=' } },
    },
  },
  'docker-compose podman-compose': {
    style: 'exact',
    elsewhere: 'container',
    options: composeOptions,
    runsElsewhere: compose,
  },
  'kubectl oc': {
    ...kubectl,
    synonyms:
      'delete pods, delete pod, delete po | delete services, delete service, delete svc | delete deployments, delete deployment, delete deploy | delete namespaces, delete namespace, delete ns | delete nodes, delete node, delete no | delete secrets, delete secret | delete configmaps, delete configmap, delete cm | delete persistentvolumeclaims, delete persistentvolumeclaim, delete pvc | delete persistentvolumes, delete persistentvolume, delete pv | delete statefulsets, delete statefulset, delete sts | delete daemonsets, delete daemonset, delete ds | delete replicasets, delete replicaset, delete rs | delete ingresses, delete ingress, delete ing | delete jobs, delete job | delete cronjobs, delete cronjob, delete cj | delete serviceaccounts, delete serviceaccount, delete sa | delete customresourcedefinitions, delete customresourcedefinition, delete crd, delete crds | get secrets, get secret',
  },
  helm: {
    opaque: true,
    style: 'exact',
    synonyms:
      'uninstall, delete, del, un | list, ls | history, hist | dependency, dep, dependencies | pull, fetch | inspect, show | repo remove, repo rm | repo list, repo ls | repo update, repo up | plugin uninstall, plugin rm, plugin remove | plugin install, plugin add | plugin list, plugin ls | plugin update, plugin up | dependency update, dependency up, dep update, dep up | dependency list, dependency ls, dep list, dep ls',
    options: {
      plain:
        '--burst-limit= --color= --colour= --content-cache= --kube-apiserver= --kube-as-group= --kube-as-user= --kube-ca-file= --kube-context= --kube-tls-server-name= --kube-token= --kubeconfig= -n= --namespace= --qps= --registry-config= --repository-cache= --repository-config= --timeout= --description= --cascade= --debug --kube-insecure-skip-tls-verify --dry-run --keep-history --no-hooks',
    },
  },
}
