import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'

const kubectl: ProgramSpec = {
  style: 'exact',
  lists: true,
  options: {
    plain:
      '--as= --as-group= --as-uid= --as-user-extra= --cache-dir= --certificate-authority= --client-certificate= --client-key= --cluster= --context= --kubeconfig= --log-flush-frequency= --log-backtrace-at= --log-dir= --log-file= --log-file-max-size= -n= --namespace= --password= --profile= --profile-output= --request-timeout= -s= --server= --stderrthreshold= --tls-server-name= --token= --user= --username= -v= --v= --vmodule= --kuberc= --disable-compression --insecure-skip-tls-verify --match-server-version --warnings-as-errors --alsologtostderr --logtostderr -f= --filename= -l= --selector= -o= --output= -k= --kustomize= --field-selector= --grace-period= --timeout= --template= -A --all-namespaces --all --force --now -R --recursive --ignore-not-found',
  },
}

/** Programs of containers and clusters, which run what they run elsewhere. From docker(1), `kubectl options` and the site of helm. */
export const containers: ProgramSpecs = {
  'docker podman podman-remote nerdctl': {
    style: 'exact',
    synonyms:
      'push, image push, manifest push, compose push, build --push, buildx build --push, image build --push, builder build --push, buildx bake --push | pull, image pull | build, image build, buildx build, buildx b, builder build | images, image ls, image list | rmi, image rm, image remove | tag, image tag | save, image save | load, image load | import, image import | history, image history | attach, container attach | commit, container commit | cp, container cp | create, container create | diff, container diff | exec, container exec | export, container export | kill, container kill | logs, container logs | ps, container ls, container ps, container list | pause, container pause | port, container port | rename, container rename | restart, container restart | rm, container rm, container remove | run, container run | start, container start | stats, container stats | stop, container stop | top, container top | unpause, container unpause | update, container update | wait, container wait | inspect, container inspect, image inspect | events, system events | info, system info | volume rm, volume remove | network rm, network remove | volume ls, volume list | network ls, network list | login, registry login | service rm, service remove | stack rm, stack remove, stack down | stack deploy, stack up | context rm, context remove | node rm, node remove | secret rm, secret remove | config rm, config remove | plugin rm, plugin remove',
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
    opaque: true,
    style: 'exact',
    options: {
      plain:
        '-f= --file= -p= --project-name= --profile= --env-file= --project-directory= --progress= --ansi= --parallel= -H= --host= -c= --context= --log-level= --workdir= --all-resources --compatibility --dry-run --verbose --no-ansi',
      inert: '-v --version',
    },
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
