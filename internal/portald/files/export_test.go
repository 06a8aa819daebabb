package files

// SetSegment has a file cut into smaller segments.
func (s *S3) SetSegment(size int64) { s.segment = size }

// SetPage lists fewer objects at once.
func (s *S3) SetPage(n int32) { s.page = n }
