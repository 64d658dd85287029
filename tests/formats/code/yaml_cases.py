"""Files of every YAML kind and the references that they hold: (name, path, text, [(form, reference as read), …])."""

D = "sha256:" + "a1" * 32
E = "sha256:" + "b2" * 32
HEX = "c3" * 32
S5 = "sha512:" + "d4" * 64

Case = tuple[str, str, str, list[tuple[str, str]]]


def pod(containers: str) -> str:
    return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n" + containers


def resource(spec: str, kind: str = "Thing", api: str = "example.com/v1") -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: x\n  namespace: y\nspec:\n" + spec


def release(values: str) -> str:
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: x\nspec:\n  chart:\n    spec:\n"
        "      chart: app-template\n      version: 1.5.1\n      sourceRef:\n        kind: HelmRepository\n        name: b\n"
        "  values:\n" + values
    )


KUBERNETES: list[Case] = [
    ("plain", "a.yaml", pod("  - name: a\n    image: q.io/a:1\n"), [("tag", "q.io/a:1")]),
    ("bare name in a container", "a.yaml", pod("  - image: nginx\n    name: a\n"), [("name", "nginx")]),
    ("double quotes", "a.yaml", pod('  - image: "q.io/a:1"\n'), [("tag", "q.io/a:1")]),
    ("single quotes", "a.yaml", pod(f"  - image: 'q.io/a:1@{D}'\n"), [("tag+digest", f"q.io/a:1@{D}")]),
    ("wide", "a.yaml", pod("  -   name: a\n      image   :    q.io/a:1   # c\n"), [("tag", "q.io/a:1")]),
    ("folded", "a.yaml", pod("  - image: >-\n      q.io/a:1\n    name: b\n"), [("tag", "q.io/a:1")]),
    ("literal", "a.yaml", pod("  - image: |\n      q.io/a:1\n    name: b\n"), [("tag", "q.io/a:1")]),
    ("next line", "a.yaml", pod("  - name: b\n    image:\n      q.io/a:1\n"), [("tag", "q.io/a:1")]),
    ("flow", "a.yaml", pod("  - {name: a, image: q.io/a:1, args: [b:1, c/d:2]}\n"), [("tag", "q.io/a:1")]),
    ("anchor and tag", "a.yaml", pod("  - image: &i !!str q.io/a:1\n  - image: *i\n"), [("tag", "q.io/a:1")]),
    ("sha512", "a.yaml", pod(f"  - image: q.io/a:1@{S5}\n"), [("tag+digest", f"q.io/a:1@{S5}")]),
    ("digest only", "a.yaml", pod(f"  - image: q.io/a@{D} # 1.2\n"), [("digest", f"q.io/a@{D}")]),
    ("upper-case digest", "a.yaml", pod(f"  - image: q.io/a:1@sha256:{'A' * 64}\n"), [("invalid", "")]),
    ("malformed", "a.yaml", pod("  - image: ghcr.io/Org/a:1\n"), [("invalid", "")]),
    ("port and one letter", "a.yaml", pod("  - image: localhost:5000/x:1\n"), [("tag", "localhost:5000/x:1")]),
    ("ipv6", "a.yaml", pod("  - image: '[::1]:5000/x:1'\n"), [("tag", "[::1]:5000/x:1")]),
    ("templates", "a.yaml", pod('  - image: "{{ .Values.a }}:{{ .Values.t | default "1" }}"\n'), [("templated", "")]),
    ("shell variable", "a.yaml", pod("  - image: q.io/a:${TAG}\n"), [("templated", "")]),
    ("shell default", "a.yaml", pod("  - image: ${IMAGE:-q.io/a:1}\n"), [("tag", "q.io/a:1")]),
    ("no image", "a.yaml", pod("  - image: ''\n  - image:\n  - image: ~\n  - imagePullPolicy: Always\n"), []),
    (
        "init, ephemeral and volumes",
        "a.yaml",
        ("apiVersion: v1\nkind: Pod\nspec:\n  initContainers:\n  - image: a\n  ephemeralContainers:\n  - image: b:1\n"
        "  imagePullSecrets:\n  - name: s\n  volumes:\n  - name: v\n    image:\n      reference: q.io/c:1\n      pullPolicy: Always\n"),
        [("name", "a"), ("tag", "b:1"), ("tag", "q.io/c:1")],
    ),
    ("documents", "a.yaml", pod("  - image: a:1\n") + "---\n" + pod("  - image: b:2\n"), [("tag", "a:1"), ("tag", "b:2")]),
    ("crlf", "a.yaml", pod("  - image: a:1\n  - image: b\n").replace("\n", "\r\n"), [("tag", "a:1"), ("name", "b")]),
    ("bom", "a.yaml", "\ufeff" + pod("  - image: a:1"), [("tag", "a:1")]),
    ("json", "a.yaml", '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"a:1"}]}}', [("tag", "a:1")]),
    (
        "a list",
        "a.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n    - image: a:1\n",
        [("tag", "a:1")],
    ),
    ("custom keys", "a.yaml", resource("  initImage: a/b:1\n  baseImage: q.io/c\n"), [("tag", "a/b:1"), ("name", "q.io/c")]),
    ("custom image", "a.yaml", resource("  image: a/b:1\n"), [("tag", "a/b:1")]),
    ("a word is no image", "a.yaml", resource("  image: ubuntu\n  fooImage: jammy\n"), []),
    ("a word beside a pull policy", "a.yaml", resource("  image: redis\n  imagePullPolicy: Always\n"), [("name", "redis")]),
    (
        "what else is called image",
        "a.yaml",
        resource(
            "  a: {image: true}\n  b: {image: https://x.io/a.png}\n  c: {image: img/logo.png}\n  d: {image: ami-0123456789abcdef0}\n"
            "  e: {image: projects/x/global/images/y}\n  f: {image: file:///a/b.qcow2}\n  g: {image: /dev/sda}\n"
            "  h: {vmImage: a/b:1}\n  i: {image: 'Canonical:UbuntuServer:18.04-LTS:latest'}\n  j: {image: a b}\n  k: {image: 20}\n"
        ),
        [],
    ),
    ("the status of a live object", "a.yaml", pod("  - image: a:1\n") + "status:\n  containerStatuses:\n  - image: a:2\n", [("tag", "a:1")]),
    (
        "split in a resource",
        "a.yaml",
        resource(f"  image:\n    repository: q.io/a\n    tag: '1'\n  other:\n    image: {{registry: r.io, repository: b/c, digest: {D}}}\n"),
        [("split", "q.io/a:1"), ("split", f"r.io/b/c@{D}")],
    ),
    ("a database", "a.yaml", resource("  imageName: ghcr.io/cloudnative-pg/postgresql:16.1\n  other: {imageName: jammy}\n"), [("tag", "ghcr.io/cloudnative-pg/postgresql:16.1")]),
    ("crossplane", "a.yaml", resource("  package: xpkg.upbound.io/a/b:v1\n", "Provider", "pkg.crossplane.io/v1"), [("tag", "xpkg.upbound.io/a/b:v1")]),
    ("a map of images", "a.yaml", resource("  images:\n    a: q.io/a:1\n    registry: q.io/x:1\n    b: plain\n"), [("tag", "q.io/a:1")]),
    ("openshift", "a.yaml", resource("  tags:\n  - name: '1'\n    from:\n      kind: DockerImage\n      name: q.io/a:1\n"), [("tag", "q.io/a:1")]),
    ("a virtual machine's disk", "a.yaml", resource("  source:\n    registry:\n      url: docker://q.io/a:1\n"), [("tag", "q.io/a:1")]),
    ("escapes", "a.yaml", pod('  - image: "q.io\\/a:1"\n'), [("templated", "")]),
    ("kops machines", "a.yaml", resource("  image: 099720109477/ubuntu/images/hvm-ssd/x\n", "InstanceGroup", "kops.k8s.io/v1alpha2"), []),
    ("values in a config map", "a.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  values.yaml: |\n    image:\n      repository: a/b\n      tag: 1\n", [("split", "a/b:1")]),
    ("values for k3s", "a.yaml", resource("  valuesContent: |-\n    image:\n      repository: a/b\n      tag: 1\n", "HelmChart", "helm.cattle.io/v1"), [("split", "a/b:1")]),
    ("name and version", "a.yaml", resource("  image:\n    name: q.io/a\n    version: v1\n"), [("split", "q.io/a:v1")]),
    ("a list of images", "a.yaml", resource("  images:\n  - q.io/a:1\n  - plain\n"), [("tag", "q.io/a:1")]),
    (
        "operators",
        "a.yaml",
        resource(
            "  relatedImages:\n  - name: a\n    image: q.io/a:1\n  env:\n  - name: RELATED_IMAGE_B\n    value: q.io/b:1\n  - name: X\n    value: q.io/c:1\n"
        ),
        [("tag", "q.io/a:1"), ("tag", "q.io/b:1")],
    ),
    (
        "an annotation",
        "a.yaml",
        "apiVersion: v1\nkind: X\nmetadata:\n  annotations:\n    containerImage: q.io/a:1\n",
        [("tag", "q.io/a:1")],
    ),
    ("a schema", "a.yaml", resource("  default: {image: 'a/b:1'}\n", "CustomResourceDefinition", "apiextensions.k8s.io/v1"), []),
    ("skaffold's outputs", "skaffold.yaml", "apiVersion: skaffold/v4\nkind: Config\nbuild:\n  artifacts:\n  - image: a/b:1\n", []),
    (
        "a resource in a config map",
        "a.yaml",
        ("apiVersion: v1\nkind: ConfigMap\ndata:\n  pod.yaml: |\n    apiVersion: v1\n    kind: Pod\n    spec:\n      containers:\n      - image: q.io/a:1\n"
        "  note.txt: |\n    image: q.io/b:1\n"),
        [("tag", "q.io/a:1")],
    ),
    (
        "a chart's template",
        "charts/x/templates/d.yaml",
        ("{{- if .Values.a }}\napiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
        "        - name: a\n          image: {{ .Values.image }}:{{ .Values.tag }}\n          {{- with .Values.x }}\n          env: []\n"
        "          {{- end }}\n        - name: b\n          image: q.io/b:1\n{{- end }}\n"),
        [("templated", ""), ("tag", "q.io/b:1")],
    ),
    ("tekton", "t.yaml", resource("  steps:\n  - name: a\n    image: golang\n    script: x\n  - image: a/b:1\n", "Task", "tekton.dev/v1"),
     [("tag", "a/b:1")]),
]  # fmt: skip

HELM: list[Case] = [
    ("split", "values.yaml", "image:\n  repository: q.io/a\n  tag: 1.2\n", [("split", "q.io/a:1.2")]),
    ("split quoted", "values.yaml", "image:\n  repository: 'q.io/a'\n  tag: \"1.2\"\n", [("split", "q.io/a:1.2")]),
    ("tag before", "values.yaml", "image:\n  tag: 1.2\n  repository: q.io/a\n", [("split", "q.io/a:1.2")]),
    ("flow", "values.yaml", "image: {repository: q.io/a, tag: '1.2'}\n", [("split", "q.io/a:1.2")]),
    ("registry", "values.yaml", "image:\n  registry: r.io\n  repository: a/b\n  tag: 1\n", [("split", "r.io/a/b:1")]),
    ("registry twice", "values.yaml", "image:\n  registry: r.io\n  repository: q.io/a\n  tag: 1\n", [("split", "q.io/a:1")]),
    ("empty registry", "values.yaml", "image:\n  registry: ''\n  repository: a/b\n  tag: 1\n", [("split", "a/b:1")]),
    ("digest key", "values.yaml", f"image:\n  repository: a/b\n  tag: 1\n  digest: {D}\n", [("split", f"a/b:1@{D}")]),
    ("digest key first", "values.yaml", f"image:\n  digest: '{D}'\n  tag: 1\n  repository: a/b\n", [("split", f"a/b:1@{D}")]),
    ("sha key", "values.yaml", f"image:\n  repository: a/b\n  tag: 1\n  sha: {HEX}\n", [("split", f"a/b:1@sha256:{HEX}")]),
    ("digest with an at", "values.yaml", f"image:\n  repository: a/b\n  tag: 1\n  digest: '@{D}'\n", [("split", f"a/b:1@{D}")]),
    ("digest alone", "values.yaml", f"image:\n  repository: a/b\n  digest: {D}\n", [("split", f"a/b@{D}")]),
    ("image digest", "values.yaml", f"x:\n  repository: a/b\n  imageTag: 1\n  imageDigest: {D}\n", [("split", f"a/b:1@{D}")]),
    ("empty digest key", "values.yaml", 'image:\n  repository: a/b\n  tag: 1\n  digest: ""\n', [("split", "a/b:1")]),
    ("digest key without a value", "values.yaml", "image:\n  digest:\n  repository: a/b\n  tag: 1\n", [("split", "a/b:1")]),
    ("null digest", "values.yaml", "image:\n  repository: a/b\n  tag: 1\n  digest: null\n", [("split", "a/b:1")]),
    ("version", "values.yaml", "image:\n  repository: a/b\n  version: v1\n", [("split", "a/b:v1")]),
    ("tag value", "values.yaml", f"image:\n  repository: a/b\n  tag: 1@{D}\n", [("tag-value", f"a/b:1@{D}")]),
    ("tag value and a digest key", "values.yaml", f"image:\n  repository: a/b\n  tag: 1@{D}\n  digest: {E}\n",
     [("tag-value", f"a/b:1@{D}"), ("split", f"a/b:1@{E}")]),
    ("bad digest", "values.yaml", "image:\n  repository: a/b\n  tag: 1@sha256:abc\n", [("invalid", "")]),
    ("hex in the tag", "values.yaml", f"image:\n  repository: a/b@sha256\n  tag: {HEX}\n", [("split", f"a/b@sha256:{HEX}")]),
    ("string", "values.yaml", "image: a/b:1\nsidecarImage: 'c:2'\nother_image: d/e\n", [("tag", "a/b:1"), ("tag", "c:2"), ("name", "d/e")]),
    ("image and tag", "values.yaml", "image: nginx\ntag: '1.2'\n", [("split", "nginx:1.2")]),
    ("image and image tag", "values.yaml", "image: a/b\nimageTag: 1\nimagePullPolicy: Always\n", [("split", "a/b:1")]),
    ("prefixed", "values.yaml", "controllerImage: a/b\ncontrollerImageTag: 1\ninitRepository: c/d\ninitTag: 2\n",
     [("split", "a/b:1"), ("split", "c/d:2")]),
    ("image name", "values.yaml", "image:\n  name: a/b\n  tag: 1\n", [("split", "a/b:1")]),
    ("name, tag and pull policy", "values.yaml", "x:\n  name: a/b\n  tag: 1\n  pullPolicy: Always\n", [("split", "a/b:1")]),
    ("no tag", "values.yaml", "image:\n  repository: a/b\n  pullPolicy: Always\n  tag: ''\n", [("templated", "")]),
    ("image and no tag", "values.yaml", "image: nginx\ntag: ''\n", [("templated", "")]),
    ("templated tag", "values.yaml", "image:\n  repository: a/b\n  tag: '{{ .x }}'\n", [("templated", "")]),
    ("templated repository", "values.yaml", "image:\n  repository: ${R}/b\n  tag: 1\n", [("templated", "")]),
    ("charts are no images", "values.yaml", "deps:\n- name: a\n  repository: https://charts.io\n  version: 1\n- repository: oci://q.io/c\n  version: 1\n", []),
    ("anchors", "values.yaml", "a:\n  image: &i\n    repository: a/b\n    tag: 1\nb:\n  image: *i\nc:\n  image:\n    <<: *i\n    tag: 2\n",
     [("split", "a/b:1"), ("split", "a/b:2")]),
    ("one tag for two", "values.yaml", "v: &v '1'\na: {repository: a/b, tag: *v}\nc: {repository: c/d, tag: *v}\n",
     [("split", "a/b:1"), ("split", "c/d:1")]),
    ("lists and maps of images", "values.yaml", "images:\n  a: q.io/a:1\n  pullPolicy: Always\n  tag: x\nextraImages:\n- q.io/b:1\n", [("tag", "q.io/a:1"), ("tag", "q.io/b:1")]),
    ("a registry is no repository", "values.yaml", "imageRepository: q.io\nimageTag: 1\n", [("templated", "")]),
    ("nothing", "values.yaml", "replicas: 1\ntag: x\nname: y\nimage:\n  pullPolicy: Always\n", []),
    ("by name", "envs/prod-values.yml", "image:\n  repository: q.io/a\n  tag: 1.2\n", [("split", "q.io/a:1.2")]),
    ("by name as well", "x/app.values.yaml", "image:\n  repository: q.io/a\n  tag: 1.2\n", [("split", "q.io/a:1.2")]),
]  # fmt: skip

FLUX: list[Case] = [
    ("tag value", "r.yaml", release(f"    image:\n      repository: a/b\n      tag: 1@{D}\n"), [("tag-value", f"a/b:1@{D}")]),
    (
        "deep, far and nested maps between",
        "r.yaml",
        release(
            "    controllers:\n      main:\n        containers:\n          app:\n            image:\n              repository: a/b\n"
            + "".join(f"              k{i}:\n                n: {i}\n" for i in range(12))
            + f"              # a comment\n              tag: 1@{D}\n            env:\n              TZ: x\n"
        ),
        [("tag-value", f"a/b:1@{D}")],
    ),
    ("post-renderer", "r.yaml", release("    a: b\n") + "  postRenderers:\n  - kustomize:\n      images:\n      - name: a/b\n        newTag: v1\n", [("split", "a/b:v1")]),
    ("no name", "r.yaml", release(f"    x:\n      tag: 1@{D}\n"), [("templated", "")]),
    ("beside its image", "r.yaml", release(f"    image:\n      repository: a/b\n    tag: 1@{D}\n"), [("tag-value", f"a/b:1@{D}")]),
    ("beside a name", "r.yaml", release(f"    x:\n      name: a/b\n      tag: 1@{D}\n"), [("tag-value", f"a/b:1@{D}")]),
    ("string", "r.yaml", release("    image: a/b:1\n    initImage: busybox:1\n"), [("tag", "a/b:1"), ("tag", "busybox:1")]),
    (
        "oci repository",
        "o.yaml",
        resource("  interval: 1m\n  url: oci://q.io/charts/a\n  ref:\n    tag: 1.2\n", "OCIRepository", "source.toolkit.fluxcd.io/v1"),
        [("split", "q.io/charts/a:1.2")],
    ),
    (
        "oci repository with a digest",
        "o.yaml",
        resource(f"  ref:\n    tag: 1.2\n    digest: {D}\n  url: oci://q.io/a\n", "OCIRepository", "source.toolkit.fluxcd.io/v1"),
        [("split", f"q.io/a:1.2@{D}")],
    ),
    (
        "oci repository with a range",
        "o.yaml",
        resource("  url: oci://q.io/a\n  ref:\n    semver: '>= 1'\n", "OCIRepository", "source.toolkit.fluxcd.io/v1"),
        [("templated", "")],
    ),
    ("oci repository without ref", "o.yaml", resource("  url: oci://q.io/a\n", "OCIRepository", "source.toolkit.fluxcd.io/v1"), [("name", "q.io/a")]),
    ("an image repository deploys nothing", "o.yaml", resource("  image: q.io/a\n", "ImageRepository", "image.toolkit.fluxcd.io/v1"), []),
    (
        "kustomization",
        "k.yaml",
        resource("  images:\n  - name: a/b\n    newTag: '2'\n", "Kustomization", "kustomize.toolkit.fluxcd.io/v1"),
        [("split", "a/b:2")],
    ),
]  # fmt: skip

KUSTOMIZE: list[Case] = [
    ("tag", "kustomization.yaml", "images:\n- name: a/b\n  newTag: v1\n", [("split", "a/b:v1")]),
    ("new name", "kustomization.yaml", "images:\n  - newTag: v1\n    newName: q.io/c\n    name: a/b\n", [("split", "q.io/c:v1")]),
    ("digest", "kustomization.yml", f"images:\n- name: a/b\n  digest: {D}\n", [("split", f"a/b@{D}")]),
    ("all", "Kustomization", f"images:\n- digest: {D}\n  newTag: '1'\n  name: a/b\n  newName: c/d\n", [("split", f"c/d:1@{D}")]),
    ("flow", "kustomization.yaml", "images: [{name: a/b, newTag: '1'}, {name: c, newTag: 2}]\n", [("split", "a/b:1"), ("split", "c:2")]),
    ("json", "kustomization.yaml", '{"images": [{"name": "a/b", "newTag": "1"}]}\n', [("split", "a/b:1")]),
    ("name only", "kustomization.yaml", "images:\n- name: a/b\n  newName: c/d\n", [("templated", "")]),
    ("crlf", "kustomization.yaml", "images:\r\n- name: a/b\r\n  newTag: v1 # x\r\n", [("split", "a/b:v1")]),
    ("no final newline", "kustomization.yaml", "images:\n- name: a/b\n  newTag: v1", [("split", "a/b:v1")]),
    ("resources are no images", "kustomization.yaml", "resources:\n- github.com/a/b?ref=v1\n- ../base\n", []),
    ("component", "c.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: a\n  newTag: 1\n", [("split", "a:1")]),
    (
        "patch",
        "kustomization.yaml",
        "patches:\n- patch: |-\n    apiVersion: v1\n    kind: Pod\n    spec:\n      containers:\n      - name: a\n        image: q.io/a:1\n",
        [("tag", "q.io/a:1")],
    ),
    ("helm values", "kustomization.yaml", "helmCharts:\n- name: x\n  repo: https://x\n  version: 1\n  valuesInline:\n    image:\n      repository: a/b\n      tag: 1\n",
     [("split", "a/b:1")]),
    ("tag with digest", "kustomization.yaml", f"images:\n- name: a/b\n  newTag: v1@{D}\n", [("tag-value", f"a/b:v1@{D}")]),
]  # fmt: skip

COMPOSE: list[Case] = [
    ("service", "compose.yaml", "services:\n  a:\n    image: redis\n  b:\n    image: q.io/b:1\n", [("name", "redis"), ("tag", "q.io/b:1")]),
    ("file names", "deploy/docker-compose.prod.yml", "services: {a: {image: 'a:1'}}\n", [("tag", "a:1")]),
    ("built", "compose.yml", "services:\n  a:\n    build: .\n    image: out:1\n  b:\n    image: out2:1\n    build: {context: .}\n", []),
    ("default", "compose.yml", f"services:\n  a:\n    image: ${{V:-a/b:1@{D}}}\n  c:\n    image: a:${{T}}\n", [("tag+digest", f"a/b:1@{D}"), ("templated", "")]),
    ("extension", "compose.yml", "x-base: &b\n  image: a:1\nservices:\n  s:\n    <<: *b\n  t:\n    image: b:1\n", [("tag", "a:1"), ("tag", "b:1")]),
    ("alias", "compose.yml", "x-i: &i a:1\nservices:\n  s:\n    image: *i\n", [("tag", "a:1")]),
    ("inline dockerfile", "compose.yml", "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM alpine:3 AS x\n        COPY --from=b/c:1 / /\n",
     [("tag", "alpine:3"), ("tag", "b/c:1")]),
    ("contexts", "compose.yml", "services:\n  a:\n    build:\n      additional_contexts:\n        - base=docker-image://a:1\n  b:\n    build:\n      additional_contexts:\n        x: docker-image://b:1\n",
     [("tag", "a:1"), ("tag", "b:1")]),
    ("elsewhere", "compose.yml", "services:\n  a:\n    labels:\n      image: x:1\nvolumes:\n  v:\n    image: y:1\n", []),
]  # fmt: skip

CI: list[Case] = [
    (
        "workflow",
        ".github/workflows/ci.yml",
        ("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    container: node:18\n    services:\n      r:\n        image: redis\n"
        "    steps:\n      - uses: actions/checkout@v4\n      - uses: 'docker://alpine:3'\n      - run: |\n          docker run x:1\n"
        "  b:\n    container:\n      image: 'q.io/b:1'\n  c:\n    container: ${{ matrix.i }}\n"),
        [("tag", "node:18"), ("name", "redis"), ("tag", "alpine:3"), ("tag", "q.io/b:1"), ("templated", "")],
    ),
    ("matrix", ".gitea/workflows/ci.yaml", "jobs:\n  a:\n    strategy:\n      matrix:\n        image: ['a:1', ubuntu-22.04]\n        include:\n          - image: b/c:2\n            os: x/y:1\n",
     [("tag", "a:1"), ("tag", "b/c:2")]),
    ("action", "x/action.yml", f"runs:\n  using: docker\n  image: docker://a/b:1@{D}\n", [("tag+digest", f"a/b:1@{D}")]),
    ("built action", "action.yaml", "runs:\n  using: docker\n  image: Dockerfile\n", []),
    ("composite action", "action.yaml", "runs:\n  using: composite\n  steps:\n    - uses: docker://a:1\n", [("tag", "a:1")]),
    (
        "gitlab",
        ".gitlab-ci.yml",
        ("image: ruby\ndefault:\n  image:\n    name: a:1\n    entrypoint: ['']\nvariables:\n  image: x:1\njob:\n  services:\n    - postgres:11\n"
        "    - name: q.io/c:1\n      alias: c\n  image: $CI_REGISTRY/a:1\n.hidden:\n  image: {name: 'b:1', docker: {platform: linux/arm64}}\n"),
        [("name", "ruby"), ("tag", "a:1"), ("tag", "postgres:11"), ("tag", "q.io/c:1"), ("templated", ""), ("tag", "b:1")],
    ),
    ("gitlab include", "ci/build.gitlab-ci.yml", "job:\n  image: a:1\n", [("tag", "a:1")]),
    ("circleci", ".circleci/config.yml", "executors:\n  e:\n    docker:\n      - image: cimg/go:1\n      - image: redis\njobs:\n  a:\n    machine:\n      image: ubuntu-2204:current\n    docker: [{image: 'a:<<parameters.t>>'}]\n",
     [("tag", "cimg/go:1"), ("name", "redis"), ("templated", "")]),
    ("cloud build", "cloudbuild.yaml", "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [a]\n- name: 'q.io/$PROJECT_ID/x:1'\nimages:\n- q.io/out:1\n",
     [("name", "gcr.io/cloud-builders/docker"), ("templated", "")]),
    ("bitbucket", "bitbucket-pipelines.yml", "image: node:18\npipelines:\n  default:\n    - step:\n        image:\n          name: q.io/a:1\n        script:\n          - pipe: docker://b/c:1\n          - pipe: atlassian/x:1\ndefinitions:\n  services:\n    d:\n      image: mysql\n",
     [("tag", "node:18"), ("tag", "q.io/a:1"), ("tag", "b/c:1"), ("name", "mysql")]),
    ("drone", ".drone.yml", "kind: pipeline\ntype: docker\nsteps:\n- name: a\n  image: golang:1\n  settings:\n    image: x:1\nservices:\n- name: b\n  image: redis\n---\nkind: pipeline\nsteps:\n- image: c:1\n",
     [("tag", "golang:1"), ("name", "redis"), ("tag", "c:1")]),
    ("woodpecker", ".woodpecker/a.yaml", "steps:\n  build:\n    image: golang\nservices:\n  db:\n    image: pg:1\n", [("name", "golang"), ("tag", "pg:1")]),
    ("azure", "azure-pipelines.yml", "resources:\n  containers:\n  - container: u\n    image: ubuntu:22.04\npool:\n  vmImage: ubuntu-latest\njobs:\n- job: a\n  container: u\n- job: b\n  container: q.io/b:1\n- job: c\n  container: {image: 'c:1'}\n",
     [("tag", "ubuntu:22.04"), ("tag", "q.io/b:1"), ("tag", "c:1")]),
    ("ansible", "roles/x/tasks/main.yml", "- name: run\n  community.docker.docker_container:\n    name: x\n    image: a/b:1\n- name: pull\n  docker_image:\n    name: c/d\n    tag: '2'\n    source: pull\n- containers.podman.podman_container: {name: y, image: 'e:{{ v }}'}\n- docker_image:\n    name: out:1\n    source: build\n",
     [("tag", "a/b:1"), ("split", "c/d:2"), ("templated", "")]),
    ("vela", ".vela.yml", "version: '1'\nsteps:\n- name: a\n  image: golang:1\n", [("tag", "golang:1")]),
    ("codefresh", "codefresh.yml", "steps:\n  a:\n    image: golang:1\n  b:\n    type: build\n    image_name: out/x\n", [("tag", "golang:1")]),
    ("cirrus", ".cirrus.yml", "a_task:\n  container:\n    image: golang:1\nb_task:\n  macos_instance:\n    image: x/y:1\n  arm_container: {image: 'b:1'}\n", [("tag", "golang:1"), ("tag", "b:1")]),
    ("semaphore", ".semaphore/semaphore.yml", "agent:\n  machine:\n    os_image: ubuntu2004\n  containers:\n  - name: m\n    image: golang:1\n", [("tag", "golang:1")]),
    ("prow", ".prow.yaml", "presubmits:\n- name: a\n  spec:\n    containers:\n    - image: golang:1\n", [("tag", "golang:1")]),
    ("buildkite", ".buildkite/pipeline.yml", "steps:\n- command: a\n  plugins:\n  - docker#v5.3.0:\n      image: 'golang:1'\n", [("tag", "golang:1")]),
    ("ko", ".ko.yaml", "defaultBaseImage: a/b:1\nbaseImageOverrides:\n  x.io/y: c/d\n", [("tag", "a/b:1"), ("name", "c/d")]),
    ("a tekton task where ansible keeps its own", "tasks/build.yaml", resource("  steps:\n  - image: a/b:1\n", "Task", "tekton.dev/v1"), [("tag", "a/b:1")]),
    ("devfile", "devfile.yaml", "schemaVersion: 2.2.0\ncomponents:\n- name: a\n  container:\n    image: q.io/a:1\n- name: out\n  image:\n    imageName: x:1\n", [("tag", "q.io/a:1")]),
    ("concourse", "pipeline.yml", "resources:\n- name: i\n  type: registry-image\n  source:\n    repository: a/b\n    tag: '1'\njobs:\n- plan:\n  - task: t\n    config:\n      image_resource:\n        type: docker-image\n        source: {repository: c}\n",
     [("split", "a/b:1"), ("name", "c")]),
    ("cloudformation", "t.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  T:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n      - Name: a\n        Image: q.io/a:1\n      - Image: !Ref I\n      - Image: !Sub '${A}.dkr.ecr/x:1'\n",
     [("tag", "q.io/a:1"), ("templated", "")]),
    ("helmfile", "helmfile.yaml", "repositories:\n- name: a\n  url: https://x\nreleases:\n- name: r\n  chart: a/b\n  version: 1\n  values:\n  - image:\n      repository: a/b\n      tag: 1\n  set:\n  - name: image.repository\n    value: c/d\n  - name: image.tag\n    value: '2'\n",
     [("split", "a/b:1"), ("split", "c/d:2")]),
    ("argo cd write-back", ".argocd-source-x.yaml", "helm:\n  parameters:\n  - name: image.name\n    value: a/b\n    forcestring: true\n  - name: image.tag\n    value: '1'\n    forcestring: true\nkustomize:\n  images:\n  - a/b:1\n  - x=c/d:2\n",
     [("split", "a/b:1"), ("tag", "a/b:1"), ("tag", "c/d:2")]),
    ("argo cd application", "app.yaml", resource("  source:\n    helm:\n      valuesObject:\n        image:\n          repository: a/b\n          tag: 1\n      values: |\n        image:\n          repository: c/d\n          tag: 2\n      parameters:\n      - name: sidecar.image\n        value: e/f:3\n", "Application", "argoproj.io/v1alpha1"),
     [("split", "a/b:1"), ("split", "c/d:2"), ("tag", "e/f:3")]),
]  # fmt: skip

ANY: list[Case] = [
    ("tag value", "x.yaml", f"foo:\n  repository: a/b\n  tag: 1@{D}\n", [("tag-value", f"a/b:1@{D}")]),
    ("split", "x.yml", f"foo:\n  repository: a/b\n  tag: 1\n  digest: {D}\n", [("split", f"a/b:1@{D}")]),
    ("template of yaml", "x.yaml.j2", f"foo:\n  repository: a/b\n{{% if x %}}\n  tag: 1@{D}\n{{% endif %}}\n", [("tag-value", f"a/b:1@{D}")]),
    ("no name", "x.yaml", f"foo:\n  tag: 1@{D}\n", [("templated", "")]),
    ("a tag is not proof enough", "x.yaml", "foo:\n  repository: a/b\n  tag: 1\n  image: c:1\n", []),
    ("locks", "Chart.lock.yaml", f"dependencies:\n- name: a\n  repository: https://x\n  version: 1\ndigest: {D}\n", []),
    ("checksums", "x.yaml", f"tools:\n- name: a\n  version: 1\n  sha256: {HEX}\n- repo: a/b\n  version: v1\n  sha256: {HEX}\n- name: c\n  digest: {D}\n", []),
]  # fmt: skip

ALL = {
    "kubernetes": KUBERNETES, "helm": HELM, "flux": FLUX, "kustomize": KUSTOMIZE, "compose": COMPOSE, "ci": CI, "any": ANY,
}  # fmt: skip
