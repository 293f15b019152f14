namespace Mailfleet.Store;

/// <param name="SizeBytes">Logical size: Return-Path and Delivered-To lines plus the stored bytes.</param>
public readonly record struct SnapshotMessage(long EmailId, uint Uid, long SizeBytes);
