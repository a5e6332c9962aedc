"""Envoy's messages and the gRPC transports: the only room that imports grpc or protobuf."""
