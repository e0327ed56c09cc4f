# The image of the action and of `docker run … check`; with `--target fleet` that of `lookback fleet`, which has `git` beside it. Builds with Docker, BuildKit, buildah or podman; needs the network for crates only.
FROM docker.io/library/rust:1.95.0-slim-bookworm AS build
WORKDIR /src
ENV CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never
# Writes the list of crates into the binary itself, where scanners and `cargo audit bin` find it: an SBOM that cannot get lost.
RUN cargo install --locked --root /usr/local cargo-auditable@0.7.7 && rm -rf /usr/local/cargo/registry/src
# A static binary. The paths inside the image are always the same, so the same sources give the same bytes.
ENV RUSTFLAGS="-C target-feature=+crt-static"
# The dependencies change seldom: they are built in a layer of their own, with an empty program.
COPY Cargo.toml Cargo.lock ./
COPY crates/reading/Cargo.toml crates/reading/
COPY crates/core/Cargo.toml crates/core/
RUN mkdir -p src crates/reading/src crates/core/src && echo 'fn main() {}' >src/main.rs \
    && touch src/lib.rs crates/reading/src/lib.rs crates/core/src/lib.rs \
    && cargo auditable build --release --locked --bin lookback --target "$(rustc --print host-tuple)"
COPY crates crates
COPY src src
# Cargo compares times, and the empty program is the newer one.
RUN touch src/main.rs src/lib.rs crates/*/src/lib.rs \
    && cargo auditable build --release --locked --bin lookback --target "$(rustc --print host-tuple)" \
    && install -D target/*/release/lookback /image/lookback \
    && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt

# `fleet run` transfers by the `git` program. Runs as any user, with a read-only root and one writable volume.
FROM docker.io/library/debian:bookworm-slim AS fleet
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git && rm -rf /var/lib/apt/lists/*
COPY --from=build /image/lookback /usr/local/bin/lookback
COPY LICENSE-APACHE LICENSE-MIT /
WORKDIR /fleet
USER 1001:1001
ENTRYPOINT ["/usr/local/bin/lookback"]
CMD ["fleet", "--help"]

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=""
ARG SOURCE=""
ARG CREATED=""
LABEL org.opencontainers.image.title="Lookback" \
      org.opencontainers.image.description="Checks the yearly review of security defect management (IEC 81001-5-1 4.1.6 and 4.1.8)" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.created="${CREATED}"
# Public roots and time zones are inside the binary; the file of roots is for tools that ask SSL_CERT_FILE.
COPY --from=build /image/ /
COPY LICENSE-APACHE LICENSE-MIT /
# The user of GitHub's hosted runners, whose files of outputs and summary only they may write. Not root, and no name needed.
USER 1001:1001
ENTRYPOINT ["/lookback"]
CMD ["--help"]
