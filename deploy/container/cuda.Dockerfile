# A worker on an NVIDIA GPU. libtorch brings CUDA's libraries; the driver comes from the host through NVIDIA's container toolkit:
#   docker build -f deploy/container/cuda.Dockerfile -t dnc:cuda .
#   docker run --gpus device=0 … dnc:cuda
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src src
COPY workflows workflows
RUN dotnet publish src/DnC.Workflow.Cli -c Release -r linux-x64 --self-contained false -p:DebugType=none -p:TorchRuntime=cuda -o /app \
    && rm -f /app/libtorch_python.so /app/lib*_test.so /app/libbackend_with_compiler.so /app/libnnapi_backend.so /app/libaoti_custom_ops.so

FROM mcr.microsoft.com/dotnet/runtime:10.0
RUN mkdir -p /work && chown app:app /work
COPY --from=build /app /opt/dnc
COPY workflows /opt/dnc/workflows
COPY --chmod=755 deploy/container/alive.sh /opt/dnc/alive.sh
# Containers that share a GPU need one folder for its lock: mount a folder of the machine there.
ENV DNC_DEVICE_LOCKS=/work/devices
ENV PATH="/opt/dnc:${PATH}" DNC_NATIVE_CACHE=/work/native DOTNET_EnableDiagnostics=0 \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER app
WORKDIR /work
VOLUME /work
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/opt/dnc/alive.sh", "/work/alive"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/dnc/dnc"]
CMD ["worker", "--queues", "gpu:1", "--device", "auto", "--work", "/work"]
